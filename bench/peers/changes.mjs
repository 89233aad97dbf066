// changes.mjs previous DATABASE FILE: keeps an extract. changes.mjs changes DATABASE FILE OUTPUT: what has changed since, as a list, and keeps the new one.
// Prints the seconds of the work itself: the process, its library and its database are there before the clock runs.
import { DuckDBInstance } from '@duckdb/node-api';

const [, , what, database, file, output] = process.argv;
// BENCH_MAPPED and BENCH_SEPARATOR: other files than those of bench/preparation (bench/oddities).
const mapped = (process.env.BENCH_MAPPED ?? 'key,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11').split(',').join(', ');
const separator = process.env.BENCH_SEPARATOR ?? ',';
const read = process.env.BENCH_MAPPED ? `, quote = '"', escape = '"', max_line_size = 16777216, parallel = false` : '';
const source = `read_csv('${file}', header = true, all_varchar = true, delim = '${separator}'${read})`;
const instance = await DuckDBInstance.create(database, { threads: '2' });
const connection = await instance.connect();
const start = process.hrtime.bigint();
if (what === 'previous') {
  await connection.run(`create or replace table previous as select ${mapped} from ${source}`);
} else {
  await connection.run(`create or replace table current as select ${mapped} from ${source}`);
  const differs = mapped.split(', ').slice(1).map(c => `p.${c} is distinct from n.${c}`).join(' or ') || 'false';
  await connection.run(`copy (
    select case when p.key is null then 'insert' when n.key is null then 'delete' else 'update' end as command, coalesce(n.key, p.key) as key
      ${mapped.split(', ').slice(1).map(c => `, n.${c}`).join('')}
    from previous p full outer join current n on p.key = n.key
    where p.key is null or n.key is null or ${differs}
  ) to '${output}' (header true)`);
  await connection.run('drop table previous');
  await connection.run('alter table current rename to previous');
}
console.log(Number(process.hrtime.bigint() - start) / 1e9);
connection.closeSync();
