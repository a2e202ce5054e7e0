import { useDeed, type Deed } from '../directory/use-deed.ts';
import { useServices } from '../services.ts';
import { noteHost } from '../stores/follow-node.ts';

/** A deed after which another chain may be open, or the one that is there. */
export function useHostDeed(): Deed {
  const { client, node } = useServices();
  return useDeed(() => {
    client.operator.host().then(
      (host) => noteHost(node, host),
      () => undefined,
    );
  });
}
