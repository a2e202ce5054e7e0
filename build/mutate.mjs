// npm run mutate [-- arguments]: counts the small changes to the product that no test notices.
import { join } from 'node:path';

import { checkoutRoot, projectNode } from './checkout.mjs';
import { becomeChild } from './run-child.mjs';
import { setUp } from './setup.mjs';

setUp('test');
await becomeChild(projectNode, [join(checkoutRoot, 'test', 'mutation', 'main.ts'), ...process.argv.slice(2)]);
