// Writes what a whole run found. Rows of parts that were not run this time stay.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { program } from './server.js';

const HEAD = `# Figures of the reliability harness

Written by \`make reliability\`; what they mean is told in [reliability.md](reliability.md).

| what | trials | acknowledged | lost | refused | besides | run |
| --- | ---: | ---: | ---: | ---: | --- | --- |
`;

const number = (value) => value.toLocaleString('en-US');

function said(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

export function writeFigures(file, rows, postgres) {
  const standing = new Map();
  if (existsSync(file)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, what] = /^\| ([^|]+) \|/.exec(line) ?? [];
      if (what && what !== 'what' && !what.startsWith('---')) standing.set(what, line);
    }
  }
  const chromium = said(process.env.CHROMIUM ?? '/usr/bin/chromium', '--version')
    .split(' ')
    .slice(0, 2)
    .join(' ');
  const engines = [
    said(program, '--version'),
    postgres.replace('postgres (PostgreSQL)', 'PostgreSQL'),
    chromium,
    `Node ${process.version}`,
    `${cpus().length} cores`,
  ].join(', ');
  const day = new Date().toISOString().slice(0, 10);
  for (const { what, trials, found, told, seed } of rows) {
    const verdict =
      found.wrongs.length > 0 ? `**${found.wrongs.length} things were wrong:** ${found.wrongs[0].slice(0, 120)}; ` : '';
    const cells = [
      what,
      number(trials),
      number(found.received),
      number(found.lost),
      number(found.refused),
      verdict + told.join('; '),
      `${day}, seed ${seed}`,
    ];
    standing.set(what, `| ${cells.map((cell) => String(cell).replaceAll('|', '/')).join(' | ')} |`);
  }
  const foot = `Last run with ${engines}. Phones, servers and databases shared the machine.`;
  writeFileSync(file, `${HEAD}${[...standing.values()].join('\n')}\n\n${foot}\n`);
}
