# Rows of an extract: 14 columns, 12 of them mapped. -v n=ROWS, -v changed=0|1. Keys come in no order: n is made odd, and the step has no factor in common with it.
BEGIN {
  OFS = ","
  print "key,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,unmapped1,unmapped2"
  step = 1299709
  for (i = 0; i < n; i++) {
    k = (i * step + 17) % n
    every = int(k / 1000)
    kind = changed && k % 1000 == 7 ? every % 10 : -1
    if (kind == 0) continue
    row(k, kind > 1)
    if (kind == 1) row(n + k, 0)
  }
}
function row(k, other) {
  printf "E%08d,First%d,Last%d,first%d.last%d@corp.example,%d,Department %d,2020-%02d-%02d,+33 1 %08d,Office %d,Title %d,E%08d,%s,%d,%d\n", \
    k, k % 997, k % 7919, k % 997, k % 7919, 10000 + k % 90000, k % 400, 1 + k % 12, 1 + k % 28, (k * 7919) % 100000000, k % 60, k % 200 + other, \
    int(k / 9), k % 5 ? "active" : "leave", changed, k % 13
}
