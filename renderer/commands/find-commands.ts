import type { Command } from './command.ts';

/** The commands whose title or keywords hold every word of the text, each as the beginning of a word. */
export function findCommands(commands: readonly Command[], text: string): readonly Command[] {
  const wanted = wordsOf(text);
  return commands.filter((command) => {
    const words = wordsOf(`${command.title} ${command.keywords}`);
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  });
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}?]+/u)
    .filter((word) => word !== '');
}
