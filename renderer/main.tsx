import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/forms.css';
import './styles/shell.css';
import './styles/overlay.css';
import './styles/master-detail.css';
import './directory/directory.css';
import './chart/chart.css';
import './parts/difference.css';
import './signing/signing.css';
import './proof/proof.css';
import './first-run/first-run.css';
import './names/names.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';

import { defined } from '../src/base/assert.ts';
import { createServices, ServicesContext } from './services.ts';
import { App } from './shell/app.tsx';

// The ledger's own checks run in the page, and its content security policy allows no generated code.
z.config({ jitless: true });

createRoot(defined(document.getElementById('root'), 'the root element')).render(
  <StrictMode>
    <ServicesContext value={createServices()}>
      <App />
    </ServicesContext>
  </StrictMode>,
);
