import { procedures as os } from '../procedures.ts';

export const checkpointReads = {
  checkpointKeys: os.checkpointKeys.handler(({ context }) => context.read(({ checkpoints }) => checkpoints.keys())),
};
