import { procedures as os } from '../procedures.ts';

export const contentReads = {
  files: os.files.handler(({ context, input }) => context.content.files(input.state_hash)),
  file: os.file.handler(({ context, input }) => context.content.file(input)),
  modelClaims: os.modelClaims.handler(({ context, input }) =>
    context.content.modelClaims(input.state_hash, input.key ?? null),
  ),
  content: os.content.handler(({ context, input }) => context.content.content(input.state_hash)),
  difference: os.difference.handler(({ context, input }) => context.content.difference(input)),
  fileDifference: os.fileDifference.handler(({ context, input }) => context.content.fileDifference(input)),
};
