import type { ReactElement } from 'react';

import { Link } from '../../../parts/link.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useServices } from '../../../services.ts';
import { choosePreferences } from '../../../stores/preferences.ts';
import { useAct } from '../../../stores/use-act.ts';
import { useNode } from '../../../stores/use-stores.ts';
import { FIRST_STEPS, nextStep, type FirstStep, type StepFacts } from './steps.ts';
import { useStepFacts } from './use-step-facts.ts';
import './first-steps.css';

/** A way through a new sandbox. It can be left and taken up again; once all is done it is gone. */
export function FirstSteps(): ReactElement | null {
  const services = useServices();
  const preferences = useNode((state) => state.preferences);
  const hidden = preferences?.first_steps_hidden ?? false;
  const toggle = useAct(() => choosePreferences(services, { first_steps_hidden: !hidden }));
  const facts = useStepFacts();
  const next = facts === null ? null : nextStep(facts);
  if (preferences === null || facts === null || next === null) return null;
  const done = FIRST_STEPS.filter(({ fact }) => facts[fact]).length;
  return (
    <section className="card first-steps" aria-labelledby="first-steps">
      <header className="row">
        <h2 id="first-steps" className="grow">
          First steps{' '}
          <span className="faint">
            · {done} of {FIRST_STEPS.length} done
          </span>
        </h2>
        <button type="button" className="button quiet" aria-expanded={!hidden} onClick={toggle.run}>
          {hidden ? 'Show the steps' : 'Hide'}
        </button>
      </header>
      {toggle.problem === undefined ? null : <ProblemNotice problem={toggle.problem} />}
      {hidden ? null : <Steps facts={facts} next={next} />}
    </section>
  );
}

function Steps({ facts, next }: { readonly facts: StepFacts; readonly next: FirstStep }): ReactElement {
  return (
    <>
      <ol>
        {FIRST_STEPS.map(({ fact, title }) => (
          <li
            key={fact}
            className={facts[fact] ? 'done' : undefined}
            aria-current={next.fact === fact ? 'step' : undefined}
          >
            {title}
            {facts[fact] ? <span className="visually-hidden"> (done)</span> : null}
          </li>
        ))}
      </ol>
      <p className="row">
        <span className="grow">{next.how}</span>
        <Link className="button primary" to={next.link.to} query={next.link.query}>
          {next.link.words}
        </Link>
      </p>
    </>
  );
}
