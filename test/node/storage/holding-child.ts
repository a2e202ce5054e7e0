import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { sealingKey } from '../../crash/test-chain.ts';

/** A process that holds a data directory until it is killed. */
const [dataDirectory = ''] = process.argv.slice(2);
const node = await QuantumNode.open({ dataDirectory, key: sealingKey(), now: Date.now });
process.stdout.write(`${node.height}\n`);
// The node's threads keep the process alive.
