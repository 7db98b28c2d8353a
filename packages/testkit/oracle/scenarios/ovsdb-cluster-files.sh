# ovsdb-tool on files of clustered databases: those of three servers of the original, one compacted, one that left.
base64 -d <<'Y' | xz -d | tar xf -
/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4E//B/BdADmZSqxP0CAI2PuVS65CX5UBSDHMXZdYuzZumm6YafWtyq6nE1iq/zm4jThsZYczfbtQqNOJGSOOpvEM
cma07AHb3CGA2lOLONxAPSBcu5vzkfC1jWFFTsIxaI1D9IOA5CQn2XRbbUUztdKlWJl8jrLG4j9/3Ys7xAF3ZvCesT9w5Q+IxIDPCBzWmYPEzzQpGhYPgHFp
X9ot6UBoeZQ8OLSxyvEEVvgMTt++Pr0ZcOQw/UPlaakTr6fm/FU6zlx4vavhEJFChjoQb/ybJHx0c8kFCcCjbEatcWO4hPjcF+u3rPmbfopQ0tPKG3VB6sFw
vWZ9csmtRL1F/cp/pUBOuvW4Sk7NaGGUVgEJC4hyZaEy+iFdFX8ZLcsWQV4+mYVBbop5kgg8SO9D4yWbAxqTVYdgcjjRwXDJF4raNwM6+ZpjYDXvaEPZyG1x
0161B9go0iB8UJ94npaD1m4DaWceGrmvUgmqyWMM9V4eWSH6WWy9iNP2ObuAZ862AlrJUAFj9Bgzzj8OtNuz6y5uF9YBWcODxSaoNwumMADLj6Bq8YLFyz8n
lbfcDAPPKnEK6t1T73Lf3l8wd9L4bX/KQ0l5ztW0RPXlQwoEgDZuxwseRrsfTM+gKF9wIuqCWN28GYKceLPLfZYMFKBBV9oafwU0vhe3BwnrSgwD+C4aiTdL
6TMLtQvqQpwkFm57/RsRv89n0tL7gv0/VQdVuhCGzZFSXYOOWDt/bVhoqs9GAf13VKQiubhFNtsPbMCBkotsMCWzcE9XcUsmin63A7nERto0ONJL0o0SJKaf
3h4ATyrP7P6VD7pbz6rbLeWz0EpZfRM2nDb2k8kZLzVIopxWx9DEJvWml99LUPz3tJTRNcAHJMgGBY5zszJmT1ja4m1pwFOl8CQvNGtpzI7lo3f/j19NfyDH
oWKwHXI4BIWublqGqfjezjXY3/K9tbX5rjI0tgQLZzRzieVbyCJnPZ1+5xbvKHlokh7GERv3U3VxAWndBlS4wgFJkEwQz6KAViQHeH5qPWT3ODCYXC7BHOme
oQItBz15sJoz0fvtGCMP9Dz61mT87zguxiWD5DhXeBv1rdGoyNm5m+LspMjWpKm4TBW47gImIinoKuaoWyW9k+H7lEzA5ot2raUGgMvz9z7VOvQxT1WnPvAF
L5IH6QLeByNC1XOmCDTgtr20JqP/BZ3s+kcxGpcaXo1cpG0y5YvCtzzkXPDZLjnJRzzG9Md5wqCUQKyECFNF4pRac6kGJ+nR+w1eVp5W4wqG4UehJXxXsGyM
Tm64+nCTbJ9FDZ2Pey0J/IYXcRwocZ/26NEdJzASWazsMpUf2r3S5B70GBrXKPK4tBeUFSALhM1TAlkAi5+hCp7owTG459M4M/6kC8pnqGiqRIzZcvGI3UAq
sezocjcEBMXH0VlUeXLH47NEC+sDffpo87lv+o4y1meiEDMG4LesXS4VGdW0YHuAFBYYKLDBMGIvPPGlI9fdXTxfE0eRr9grH1ljxWnNx09Ruk8yaJd9skEO
T1t5BMjMZq4avHnLmffO7kdQnH6v9i8IG8CLlmIO14D4TZCYqcIurdtIrGeEKMLa5YEQ0UZWKGjfOVL+v5q0CobIMlANCuTzZlMbVQlI2Nad6WsOqhyalBBj
LgNgv8kvX/MsGYcGUGgVe7zvoV7b+JrcI8+DdvwswVyrEzXAaQL9cLmehnOKLpbvGRUzgzJEI+RZoyN3paryVzeyktk3rCaxMKu1rT28cdZddfzRZG6hyZD6
2BlByXTtV/5Jsqp4hMeqQojM1luZ2kfoZKiXey/MqVutfldPQPeWcdubL8HtSUixCEmh17e5ddYpr+k8OHkpkxahOH0ct/shbgvj9x1EsUIhv8ud63tw3znW
l/WFoDU/0NotG6rTszRNQTbTu9SduoqT6pUaPSgIy5+MhjHPZRYTa0y5hIPjL+UOTHRw2AJJMV4hiZyKSAZPFbN/luwcUOKduC1NEGLPLhsHjs+cYa/lzQRC
PK+s/n2W2Xo2+819zgyAtQM00Wg1/5470Eh9t7x0QemxRs+pkJYUqbvk42weMNw10hhzM0JxLXnbB3aCJIiElx0n3P5RDu9fY4SxkhR0s2bB18BquRoqsQQ0
suUvRT3CF8gehnEbNMpDZsQg1HlQeYNwGtTcLEBnCiFP6mGrPezVmznfuJwf/xvt4Ehu9al+6zhLqPVYdRVSmLPZ624abhRsWBSX3AvBsZ/vnDdcx5bTE8Xk
wQO+m09uAdMF55IwtO6eQc1O0Wh+C8eIeB6YgNsS6NQL9A7YWJkRNKH9vYdM4eYfSXWMtalJSTIZfsX6Pfwc4lpf/EJRV7O8qu/rIJrMGfhQsAS5NAEJB3vV
L3e67SFeNLVHoe90FTBufQzzB6zM3/Do09GB/0Oc/3DPYlMI9voDE35p8d+w9GP5M39l7RFxGcfMUvMcHxSDSzhPxVaIkwTcpFamvvsKkrcgIAiEC8XCFwFs
HkrrgzbfdGiENrGEgzGWhhjsr4klHTazdEzKBrtRPJSMLVjaol+2efxcuzMpDfXc5/R3S0RRsq8zr/BnHIfGb9/LJe8HUDLKYjVO947/BUd8Mk9/YDgTTco1
Sp/mJui2gYLbWa2D58PtPvkBcB/GIG6p28Ej6R+t753y8fswP5jzVUfqO8Wo4e6kO0+Jkkm3W8aFgz7cNhlbh/1rMh1W8gYrqSpMHT0jvZK+5N4AVBrvLUQf
pl8AAYwQgKABAOZN/eexxGf7AgAAAAAEWVo=
Y
for i in 1 2 3; do
  for c in db-cid db-sid db-local-address db-is-clustered db-is-standalone db-name db-version db-cksum; do try ovsdb-tool $c server$i; done
  for m in '' -m -mm; do try ovsdb-tool $m show-log server$i; done
  try ovsdb-tool cluster-to-standalone standalone$i server$i
  for c in db-name db-version db-is-standalone; do try ovsdb-tool $c standalone$i; done
  try ovsdb-tool -mm show-log standalone$i
  try ovsdb-tool query standalone$i '["Small",{"op":"select","table":"Thing","where":[],"columns":["name","size"]}]'
done
try ovsdb-tool cluster-to-standalone standalone1 server1
try ovsdb-tool cluster-to-standalone other standalone1
try ovsdb-tool check-cluster server1 server2 server3
try ovsdb-tool check-cluster server2
try ovsdb-tool check-cluster server1 server1
try ovsdb-tool check-cluster standalone1
try ovsdb-tool check-cluster absent
for c in db-cid db-sid db-local-address; do try ovsdb-tool $c standalone1; try ovsdb-tool $c absent; done
for c in compact convert query transact needs-conversion; do try ovsdb-tool $c server1 '["Small"]'; done
# files that contradict each other: NAME REPLACEMENT of server 2's records, with sums made anew
change() {
  node - "$2" "$3" server2 "$1" <<'Y'
const fs = require("fs"), { createHash } = require("crypto");
const [from, to, file, out] = process.argv.slice(2);
const records = fs.readFileSync(file, "utf8").split(/^OVSDB CLUSTER \d+ [0-9a-f]{40}\n/m).slice(1).join("").split("\n").slice(0, -1);
const text = records.join("\n").replace(new RegExp(from), to).split("\n").filter(Boolean);
fs.writeFileSync(out, text.map((t) => `OVSDB CLUSTER ${Buffer.byteLength(t) + 1} ${createHash("sha1").update(`${t}\n`).digest("hex")}\n${t}\n`).join(""));
Y
}
change name '"name":"Small","' '"name":"Large","'
change cid '"cluster_id":"....' '"cluster_id":"0000'
change index '"index":7\b' '"index":9'
change commit '"commit_index":8' '"commit_index":88'
change back '"commit_index":8' '"commit_index":2'
change term '"term":2,"index"' '"term":0,"index"'
change termless '"term":2,' ''
for f in name cid index commit back term termless; do
  try ovsdb-tool check-cluster server1 $f
  try ovsdb-tool show-log $f
done
