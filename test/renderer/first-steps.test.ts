import { expect, test } from 'vitest';

import { decodeLocation, encodeLocation } from '../../renderer/router/location.ts';
import { FIRST_STEPS, nextStep, type StepFacts } from '../../renderer/screens/overview/first-steps/steps.ts';
import { screens } from '../../renderer/screens/screens.ts';

const NOTHING: StepFacts = {
  registered: false,
  promoted: false,
  proposed: false,
  approved: false,
  proofChecked: false,
  backedUp: false,
  rehearsed: false,
};

test('each first step follows the one before, whatever else was done already, and none is left at the end', () => {
  let facts = NOTHING;
  for (const { fact } of FIRST_STEPS) {
    expect(nextStep(facts)?.fact).toBe(fact);
    expect(nextStep({ ...NOTHING, rehearsed: true, proofChecked: true })?.fact).toBe('registered');
    facts = { ...facts, [fact]: true };
  }
  expect(nextStep(facts)).toBeNull();
  expect(FIRST_STEPS.map(({ fact }) => fact).sort()).toEqual(Object.keys(NOTHING).sort());
});

test('each first step leads to a screen that is there', () => {
  for (const { link } of FIRST_STEPS) {
    const [screen] = decodeLocation(encodeLocation(link.to, link.query)).segments;
    expect(screens.map(({ id }) => id)).toContain(screen);
  }
});
