/**
 * Where this build gets its updates, and the key that they are signed by: `name+id+key`, as `npm run sign-update` prints it. Who
 * distributes the application writes both here, so that they are part of what is signed and compared. This repository publishes no
 * updates and names none: in what is built from it as it is, updates are off.
 */
export const UPDATE_SOURCE: { readonly feed: string; readonly key: string } | null = null;
