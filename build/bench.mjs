// npm run bench [-- arguments]: the measurements of test/bench, on the project's own Node.
import { join } from 'node:path';

import { checkoutRoot, projectNode } from './checkout.mjs';
import { becomeChild } from './run-child.mjs';
import { setUp } from './setup.mjs';
import { compileThreadsAhead } from './threads-ahead.mjs';

setUp('check');
compileThreadsAhead();
await becomeChild(projectNode, [join(checkoutRoot, 'test', 'bench', 'main.ts'), ...process.argv.slice(2)]);
