import { useLayoutEffect, useState } from 'react';

import { useServices } from '../services.ts';
import { handFiles } from './hand-files.ts';

/** Takes files that are dropped anywhere on the page but on a field for files. Returns whether some are held over it. */
export function useDroppedFiles(): boolean {
  const services = useServices();
  const [isOver, setIsOver] = useState(false);
  // Before the page is seen: a browser opens a file that nobody took.
  useLayoutEffect(() => {
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const isForField = (event: DragEvent): boolean =>
      event.target instanceof HTMLInputElement && event.target.type === 'file';
    const onOver = (event: DragEvent): void => {
      if (!holdsFiles(event) || isForField(event)) return;
      // Otherwise the browser leaves the page for the file.
      event.preventDefault();
      setIsOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      // Out of the window, not from one element into another.
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setIsOver(false);
      if (!holdsFiles(event) || isForField(event)) return;
      event.preventDefault();
      // Under a dialog nothing of the page is reached.
      const files = [...(event.dataTransfer?.files ?? [])];
      if (document.querySelector('dialog:modal') === null) void handFiles(services, files);
    };
    globalThis.addEventListener('dragover', onOver);
    globalThis.addEventListener('dragleave', onLeave);
    globalThis.addEventListener('drop', onDrop);
    return () => {
      globalThis.removeEventListener('dragover', onOver);
      globalThis.removeEventListener('dragleave', onLeave);
      globalThis.removeEventListener('drop', onDrop);
    };
  }, [services]);
  return isOver;
}
