// npm run sbom: what the application is made of, as the lock file pins it: CycloneDX 1.7 (ECMA-424), in dist/sbom.cdx.json. It says
// nothing of when or where it was made: of one commit there is one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

import { checkoutRoot } from './checkout.mjs';

/**
 * @typedef {{ name?: string, version?: string, integrity?: string, license?: string, dev?: boolean, devOptional?: boolean,
 *   optional?: boolean, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Locked
 * @typedef {{ name: string, version: string, packages: Record<string, Locked> }} Lock
 */

/** An expression of several names (SPDX, Annex D) is told from a name in words by what joins them. */
const licenses = new Contrib.License.Factories.LicenseFactory((text) => {
  if (!/ (?:AND|OR|WITH) /.test(text)) throw new RangeError(`${text} is no expression`);
});

/**
 * The packages that the application needs when it runs, with the digests that npm holds them to.
 *
 * @param {Lock} lock
 * @returns {string} JSON
 */
export function sbomOfLock({ name, version, packages }) {
  // What developers need, and the application can do without, is installed with it.
  const shipped = Object.entries(packages).filter(([path, one]) => path !== '' && one.dev !== true);
  const application = new Models.Component(Enums.ComponentType.Application, name, {
    version,
    bomRef: `${name}@${version}`,
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: application }) });
  const components = new Map(shipped.map(([path, one]) => [path, componentOf(path, one)]));
  for (const component of components.values()) bom.components.add(component);
  for (const [path, component] of [['', application], ...components]) {
    const locked = packages[/** @type {string} */ (path)];
    for (const wanted of Object.keys({ ...locked?.dependencies, ...locked?.optionalDependencies })) {
      const found = components.get(foundBy(packages, /** @type {string} */ (path), wanted));
      if (found !== undefined) /** @type {Models.Component} */ (component).dependencies.add(found.bomRef);
    }
  }
  return new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot7)).serialize(bom, {
    sortLists: true,
    space: 2,
  });
}

/**
 * @param {string} path
 * @param {Locked} locked
 */
function componentOf(path, locked) {
  const name = locked.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const version = locked.version ?? '';
  const [, group, short = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const component = new Models.Component(Enums.ComponentType.Library, short, {
    ...(group === undefined ? {} : { group }),
    version,
    bomRef: path,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    scope:
      locked.optional === true || locked.devOptional === true
        ? Enums.ComponentScope.Optional
        : Enums.ComponentScope.Required,
  });
  const [algorithm, digest] = (locked.integrity ?? '').split('-');
  if (algorithm === 'sha512' && digest !== undefined)
    component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex'));
  if (locked.license !== undefined) component.licenses.add(licenses.makeFromString(locked.license));
  return component;
}

/**
 * Where Node finds a package that another one asks for: beside it, or in a folder further up.
 *
 * @param {Record<string, Locked>} packages
 * @param {string} from
 * @param {string} wanted
 */
function foundBy(packages, from, wanted) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${wanted}`;
    if (path in packages || folder === '') return path;
  }
}

if (import.meta.main) {
  const lock = /** @type {Lock} */ (JSON.parse(readFileSync(join(checkoutRoot, 'package-lock.json'), 'utf8')));
  const path = join(checkoutRoot, 'dist', 'sbom.cdx.json');
  mkdirSync(join(checkoutRoot, 'dist'), { recursive: true });
  writeFileSync(path, `${sbomOfLock(lock)}\n`);
  console.log(path);
}
