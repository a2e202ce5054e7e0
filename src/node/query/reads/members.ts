import { procedures as os } from '../procedures.ts';

export const memberReads = {
  members: os.members.handler(({ context }) => ({
    members: context.fresh(({ governance }) => governance.members()),
  })),
  validators: os.validators.handler(({ context }) => ({
    validators: context.read(({ governance }) => governance.validators(context.validatorId)),
  })),
};
