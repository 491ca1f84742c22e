//! `sed`'s whole language, `find`, `expr` and their like: as the GNU tools say it.

use super::comes_out;

#[test]
fn files_and_lines() {
    comes_out(
        r#"
$ printf 'pear\napple\nbanana\napple\n' > f; printf 'last' > g
$ sed 'N;s/\n/,/' f
pear,apple
banana,apple
$ sed ':a;N;$!ba;s/\n/,/g' f
pear,apple,banana,apple
$ sed -n 'H;${x;s/\n/,/g;p}' f
,pear,apple,banana,apple
$ sed '1!G;h;$!d' f
apple
banana
apple
pear
$ sed -n '$!N;P;D' f
pear
apple
banana
apple
$ sed '0,/apple/s//X/' f
pear
X
banana
apple
$ sed '/pear/r svc.yaml' f
pear
apiVersion: v1
kind: Service
port: 80
apple
banana
apple
$ sed -n 's/a/b/w out' f; cat out
pebr
bpple
bbnana
bpple
$ sed '/apple/a\  more\n\tand more' f
pear
apple
  more
	and more
banana
apple
  more
	and more
$ sed '2q5' f; echo $?
pear
apple
5
$ sed -n '2{p;n;p}' f
apple
banana
$ sed '/e/{s/a/Z/;ta;s/$/!/;:a;s/$/./}' f
peZr.
Zpple.
banana
Zpple.
$ sed -s -n '$p' f g
apple
last(no newline)
$ sed 'x;p;x' g; echo

last
$ sed -n 'l 6' g
last$
$ sed '$!{$!d}' f
apple
$ sed 'b nope' f
! sed: can't find label for jump to `nope'
=> 1
$ sed 'y/abc/xyz/;s/x/\n/2' f
pexr
xpple
yxn
nx
xpple
$ find . -name '*.yaml'
./svc.yaml
./web.yaml
$ find . -maxdepth 1 -type f ! -name '*.yaml' -exec wc -c {} \;
24 ./f
4 ./g
24 ./out
$ mkdir -p d/e; touch d/e/x; find d; find d -type d -name 'e*' -print0 | xargs -0 echo
d
d/e
d/e/x
d/e
$ find d -name x -delete; find d -empty; find nope; find . -foo
d/e
! find: 'nope': No such file or directory
! find: unknown predicate `-foo'
=> 1
$ expr 1 + 2 \* 3; expr \( 1 + 2 \) \* 3; expr length hello; expr web.yaml : '\(.*\)\.yaml'; expr 1 /
7
9
5
web
! expr: syntax error: missing argument after '/'
=> 2
$ seq -s, 3; seq -f 'web-%02g' 2
1,2,3
web-01
web-02
$ grep -r --include='*.yaml' kind; grep -- -1 f
svc.yaml:kind: Service
web.yaml:kind: Deployment
=> 1
$ printf 'a\0b c\0' | xargs -0 -n1
a
b c
$ printf '\001\tx\n' | cat -v; nl -ba f | head -1
^A	x
     1	pear
$ awk '{ print x $0, 1e3 }' x=A f | head -1; awk 'BEGIN { print ENVIRON["USER"] }'
Apear 1000
root
$ id; id -u; uname; realpath svc.yaml
uid=0(root) gid=0(root) groups=0(root)
0
Linux
/root/svc.yaml
"#,
    );
}
