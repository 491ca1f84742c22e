//! Tools, a script each.

use super::comes_out;

#[test]
fn tools_do_as_coreutils_do() {
    comes_out(
        r#"
$ seq 3 | cat -n; seq 2 2 6 | tac | head -n 2; seq 5 | tail -n +4; seq 5 | head -n -4
     1	1
     2	2
     3	3
6
4
4
5
1
$ ls; ls -1 *.yaml | wc -l; mkdir -p d/e; touch d/x; ls d; ls -F; rmdir d; rm d; rm -r d; ls
svc.yaml
web.yaml
2
e
x
d/
svc.yaml
web.yaml
! rmdir: failed to remove 'd': Directory not empty
! rm: cannot remove 'd': Is a directory
svc.yaml
web.yaml
$ cp svc.yaml a.yaml && mv a.yaml b.yaml && ls *.yaml; cp nofile x; mv b.yaml; rm -f b.yaml nofile; rm nofile
b.yaml
svc.yaml
web.yaml
! cp: cannot stat 'nofile': No such file or directory
! mv: missing destination file operand after 'b.yaml'
! Try 'mv --help' for more information.
! rm: cannot remove 'nofile': No such file or directory
=> 1
$ cd /tmp && pwd && cd - && mkdir sub && cd sub && pwd && cat ../svc.yaml | head -1; cd; ls -l svc.yaml | cut -c1-30
/tmp
/root
/root/sub
apiVersion: v1
-rw-r--r-- 1 root root 38 Nov 
$ printf 'b 2\na 10\nc 1\na 10\n' > t; sort t; sort -k2 -n -r t | uniq -c; sort -u -k1,1 t | cut -d' ' -f2
a 10
a 10
b 2
c 1
      2 a 10
      1 b 2
      1 c 1
10
2
1
$ grep -n a t; grep -c a t; grep -v a t; grep -i A t | wc -l; grep -o '[0-9]*' t | head -2; grep -E 'b|c' t; grep -w 1 t; grep -q z t
2:a 10
4:a 10
2
b 2
c 1
2
2
10
b 2
c 1
c 1
=> 1
$ seq 10 | grep -A1 -B1 5; grep -l kind *.yaml; grep kind *.yaml; grep 'a\|b' t | head -1; grep '[' t; grep x nofile
4
5
6
svc.yaml
web.yaml
svc.yaml:kind: Service
web.yaml:kind: Deployment
b 2
! grep: Unmatched [, [^, [:, [., or [=
! grep: nofile: No such file or directory
=> 2
$ sed 's/a/A/; s/1/&&/g' t | head -2; sed -n '2p;$p' t; sed '/a/d' t; sed -E 's/(.) (.*)/\2 \1/' t | head -1; sed -i 's/b/B/' t; head -1 t
b 2
A 110
a 10
a 10
b 2
c 1
2 b
B 2
$ echo 'q/b' | sed 's/[/]/x/;s/[a[b]/y/'; echo 'q/b' | sed -E 's/[]/]/x/;s/[^]a-z[:digit:]/]+/-/;y/[b/]c/'
qxy
qxc
$ echo 'a]b/1^' | sed 's/[^[:alpha:]/]/-/g;s/[[:digit:]/]/X/'; echo 'a/2' | sed 's/[[:alpha:]/]/X/g'; echo 'a/b^' | sed 's/[/^]/X/g'
a-bX--
XX2
aXbX
$ sed 's/a' t; sed 'k' t; sed -e '1i top' -e '$a end' t | sed -n '1p;$p'; sed '2,3d' t; sed 's|a|/|2;y/ac/xy/' t
! sed: -e expression #1, char 3: unterminated `s' command
! sed: -e expression #1, char 1: unknown command: `k'
top
end
B 2
a 10
B 2
x 10
y 1
x 10
$ awk '{print $2}' t | head -1; awk 'NR>1 {n+=$2} END {print n, NR}' t; awk -F: '/kind/ {print $NF}' svc.yaml; awk '$1=="c" {printf "%s-%03d\n", $1, $2}' t
2
21 4
 Service
c-001
$ awk '{c[$1]++} END {for (k in c) print k, c[k]}' t | sort; echo "a b c" | awk '{$2="x"; print; print NF, length($0), substr($0,3,1), toupper($1)}'; awk 'BEGIN {print 1/3, 2^10, "a" "b"}'
B 1
a 2
c 1
a x c
3 5 x A
0.333333 1024 ab
$ awk '{print $1' t; awk '{nope("x")}' t
! awk: cmd. line:1: syntax error: unexpected end of the program
! awk: cmd. line:1: function `nope' is not defined
=> 2
$ echo hello | tr a-y b-z; echo aabb | tr -s ab; echo a1b2 | tr -d 0-9; echo "a:b" | tr : '\n'; echo a,b,c | cut -d, -f2-; echo abc | rev
ifmmp
ab
ab
a
b
b,c
cba
$ echo -n x | wc -c; wc svc.yaml; printf '%s=%d\n' a 1 b 2; printf '%5.2f|%-4s|%x\n' 3.14159 ab 255; echo -e 'a\tb'
1
 3  6 38 svc.yaml
a=1
b=2
 3.14|ab  |ff
a	b
$ echo hello | base64; echo aGVsbG8K | base64 -d; seq 4 | xargs -n2 echo; echo a b | xargs -I X echo "<X>"; basename /a/b.yaml .yaml; dirname a/b
aGVsbG8K
hello
1 2
3 4
<a b>
b
a
$ printf 'a\nb\nc\n' > l; printf 'a\nx\nc\nd\n' > r; diff l r; diff -u l l; diff l nofile
2c2
< b
---
> x
3a4
> d
! diff: nofile: No such file or directory
=> 2
$ type k cd ls nosuch; which kubectl nosuch
k is aliased to `kubectl'
cd is a shell builtin
ls is /usr/bin/ls
! bash: line 1: type: nosuch: not found
/usr/local/bin/kubectl
=> 1
$ head -n x t; ls --nope; sort -z t; cat svc.yaml nofile | wc -l; cut -f0 t; tr a; seq x; history | tail -1 | grep -c history
! head: invalid number of lines: 'x'
! ls: unrecognized option '--nope'
! Try 'ls --help' for more information.
! sort: invalid option -- 'z'
! Try 'sort --help' for more information.
! cat: nofile: No such file or directory
3
! cut: fields are numbered from 1
! Try 'cut --help' for more information.
! tr: missing operand after 'a'
! Two strings must be given when translating.
! Try 'tr --help' for more information.
! seq: invalid floating point argument: 'x'
! Try 'seq --help' for more information.
1
$ sudo echo as root; vim svc.yaml
as root
! vim: there is no terminal to edit in; sed -i changes a file from a line
=> 1
"#,
    );
}
