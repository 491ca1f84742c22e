//! The language: words, lists, loops, streams, and what is wrong.

use super::comes_out;

#[test]
fn words_are_quoted_and_expanded_as_bash_does() {
    comes_out(
        r#"
$ echo "a b   c" 'x $HOME "y"' $HOME a\ b "\$x \"q\"" $'t\tn'
a b   c x $HOME "y" /root a b $x "q" t	n
$ x=web; y="a  b"; echo $x $y "$y" ${x}s '$x' "${nope}" | cat -A
web a b a  b webs $x $
$ echo ${x:-d} ${n:-d} ${n:+s}${x:+s} ${#x} ${x#w} ${x%b} ${x/e/E} ${x:1:2} ${n:=new} $n
web d s 3 eb we wEb eb new new
$ f=a/b/c.tar.gz; echo ${f##*/} ${f%.*} ${f%%.*} ${f#*/} ${f//\//_}
c.tar.gz a/b/c.tar a/b/c b/c.tar.gz a_b_c.tar.gz
$ echo $((1+2*3)) $(((7-1)%4)) $((2**10)) $((x=5, x+1)) $((1?2:3)) $x
7 2 1024 6 2 5
$ echo {a,b}{1,2} x{1..3}y {3..1} {01..03} {a..e..2} {a,b {single} a{,b}
a1 a2 b1 b2 x1y x2y x3y 3 2 1 01 02 03 a c e {a,b {single} a ab
$ echo -p {"spec":{"type":"NodePort"}} '{"a":1}'
-p {spec:{type:NodePort}} {"a":1}
$ echo *.yaml s*.yaml [w]*.yaml no*.x "*.yaml" \*.yaml
svc.yaml web.yaml svc.yaml web.yaml no*.x *.yaml *.yaml
$ echo $(echo one; echo two) "$(printf 'a\n\n')" `echo three` $(echo $(echo deep))
one two a three deep
$ export do="--dry-run=client -o yaml"; printf '[%s]' $do; printf '[%s]\n' "$do"
[--dry-run=client][-o][yaml][--dry-run=client -o yaml]
$ set -- a "b c"; echo $# $2 "$@"; printf '<%s>' "$@"; echo
2 b c a b c
<a><b c>
$ true; echo $?; false; echo $?; nosuch 2>/dev/null; echo $?
0
1
127
$ echo ~ ~/x a~ # a comment
/root /root/x a~
$ echo a#b '#' \# ;# all of it
a#b # #
"#,
    );
}

#[test]
fn lines_are_joined_looped_and_decided_as_bash_does() {
    comes_out(
        r#"
$ true && echo yes || echo no; false && echo yes || echo no; ! true; echo $?
yes
no
1
$ for i in 1 2 3; do [ $i = 2 ] && continue; echo n$i; done
n1
n3
$ i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i; until [ $i -eq 0 ]; do ((i--)); done; echo $i
3
0
$ for a in x y; do for b in 1 2; do [ $b = 2 ] && break 2; echo $a$b; done; done
x1
$ if false; then echo a; elif true; then echo b; else echo c; fi
b
$ case svc/web in po*) echo pod;; svc/*|service/*) echo service;; *) echo other;; esac
service
$ if [[ web-1 == web-* && 3 -gt 2 && abc =~ ^a.c$ ]]; then echo fits; fi
fits
$ [ -f svc.yaml ] && [ ! -d svc.yaml ] && test -n x -a -z "" && echo there
there
$ f() { echo "f: $1 of $#"; return 3; }; f a b; echo $?
f: a of 2
3
$ x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x | cat
2
1
3
$ printf 'a 1\nb 2\n' | while read name n; do echo "$n:$name"; done
1:a
2:b
$ while read -r line; do echo "<$line>"; done < svc.yaml | tail -1
<port: 80>
$ A=1 B="2 3" env | grep -E '^[AB]='; echo "[$A]"
A=1
B=2 3
[]
$ alias g='grep -n'; alias
alias g='grep -n'
alias k='kubectl'
$ g port svc.yaml; unalias g
3:port: 80
$ g port svc.yaml
! bash: line 1: g: command not found
=> 127
$ eval 'y=5; echo $y'; echo 'z=7' > z.sh; source z.sh; echo $z
5
7
$ f() { local v=$1; [ $v -le 0 ] && return; echo $v; f $((v-1)); }; f 3
3
2
1
$ exit 3
=> 3
"#,
    );
}

#[test]
fn streams_go_where_bash_sends_them() {
    comes_out(
        r#"
$ echo one > f; echo two >> f; cat f; cat < f | wc -l; wc -l < f
one
two
2
2
$ ls nofile 2>/dev/null; ls nofile 2>&1 | wc -l; ls nofile > out 2>&1; cat out
1
ls: cannot access 'nofile': No such file or directory
$ ls nofile svc.yaml &> both; cat both; ls nofile >> both 2>&1; wc -l both
ls: cannot access 'nofile': No such file or directory
svc.yaml
3 both
$ { echo a; echo b >&2; } 2> err | cat; cat err
a
b
$ echo x > /nowhere/f; echo x > $nope; cat < nofile; echo x > /tmp
! bash: line 1: /nowhere/f: No such file or directory
! bash: line 1: $nope: ambiguous redirect
! bash: line 1: nofile: No such file or directory
! bash: line 1: /tmp: Is a directory
=> 1
$ cat <<< "here $((1+1))"; cat <<EOF
$ a: $HOME \$x "q"
$ EOF
here 2
a: /root $x "q"
$ cat <<'EOF' > raw.yaml
$ a: $HOME
$   b: `x`
$ EOF
$ cat raw.yaml; sort < f > f; wc -c f
a: $HOME
  b: `x`
0 f
$ echo hi | tee a b | tr a-z A-Z; cat a b; rm a b; ls a
HI
hi
hi
! ls: cannot access 'a': No such file or directory
=> 2
$ nosuch | wc -l; echo a |& cat
! bash: line 1: nosuch: command not found
0
a
$ cat <<X | wc -l; echo behind
$ one
$ two
$ X
2
behind
"#,
    );
}

#[test]
fn what_is_wrong_is_said_in_bashs_words() {
    comes_out(
        r#"
$ echo "a
! bash: -c: line 1: unexpected EOF while looking for matching `"'
=> 2
$ echo 'a
! bash: -c: line 1: unexpected EOF while looking for matching `''
=> 2
$ echo $(echo a
! bash: -c: line 2: unexpected EOF while looking for matching `)'
=> 2
$ echo a | | b
! bash: -c: line 1: syntax error near unexpected token `|'
! bash: -c: line 1: `echo a | | b'
=> 2
$ | a
! bash: -c: line 1: syntax error near unexpected token `|'
! bash: -c: line 1: `| a'
=> 2
$ a ;; b
! bash: -c: line 1: syntax error near unexpected token `;;'
! bash: -c: line 1: `a ;; b'
=> 2
$ echo >
! bash: -c: line 1: syntax error near unexpected token `newline'
! bash: -c: line 1: `echo >'
=> 2
$ )
! bash: -c: line 1: syntax error near unexpected token `)'
! bash: -c: line 1: `)'
=> 2
$ done
! bash: -c: line 1: syntax error near unexpected token `done'
! bash: -c: line 1: `done'
=> 2
$ if true; then
! bash: -c: line 2: syntax error: unexpected end of file
=> 2
$ kubectl get pods |
! bash: -c: line 2: syntax error: unexpected end of file
=> 2
$ for x in a; echo
! bash: -c: line 1: syntax error near unexpected token `echo'
! bash: -c: line 1: `for x in a; echo'
=> 2
$ nosuch; ./x.sh; /tmp
! bash: line 1: nosuch: command not found
! bash: line 1: ./x.sh: No such file or directory
! bash: line 1: /tmp: Is a directory
=> 126
$ cd nowhere; cd svc.yaml; cd ..; export 1a=3; [ 1 -eq; [ 1 -gt x ]; [ a = b = c ]
! bash: line 1: cd: nowhere: No such file or directory
! bash: line 1: cd: svc.yaml: Not a directory
! bash: line 1: cd: ..: Permission denied
! bash: line 1: export: `1a=3': not a valid identifier
! bash: line 1: [: missing `]'
! bash: line 1: [: x: integer expression expected
! bash: line 1: [: too many arguments
=> 2
$ echo $((1/0)); echo never
! bash: line 1: 1/0: division by 0 (error token is "0")
=> 1
$ (echo $((a b)); echo never); (echo ${x!}); : ${x:?need}
! bash: line 1: a b: syntax error in expression (error token is "b")
! bash: line 1: ${x!}: bad substitution
! bash: line 1: x: need
=> 127
$ sleep 1 &
$ awk -äö x; awk -ä
! awk: not an option: -ä
! awk: not an option: -ä
=> 2
"#,
    );
}
