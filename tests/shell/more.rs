//! What bash 5.2 and awk have beside the everyday: lists, menus, traps, functions. All of it is as
//! they say it.

use super::{comes_out, console, terminal};
use portolan::kubectl::Wants;

#[test]
fn lists_of_values_are_changed_and_cut_one_by_one() {
    comes_out(
        r##"
$ x=$(<svc.yaml); echo "$x" | head -1; y=$(< nope); echo "$? [$y]"
apiVersion: v1
! bash: line 1: nope: No such file or directory
1 []
$ echo 'echo "$# $1 $2"; return 3; echo no' > lib.sh; set -- p q; source lib.sh a 'b c'; echo "$? $1"; . ./lib.sh; echo $?; set --
2 a b c
3 p
2 p q
3
$ f() { echo "$FUNCNAME $1"; g; echo "$FUNCNAME"; }; g() { echo "in $FUNCNAME"; }; f 1; echo "[$FUNCNAME]"
f 1
in g
f
[]
$ case b in a) echo a;; b) echo b;& c) echo c;; d) echo d;; esac
b
c
$ case ab in a*) echo starts;;& *b) echo ends;;& x) echo no;; *) echo all;; esac
starts
ends
all
$ a=(web db cache); echo "${a[@]:1}" ${a[@]:1:1} "${a[@]: -2}" "${a[@]/e/E}" ${a[@]^} ${a[@]%b}
db cache db db cache wEb db cachE Web Db Cache we d cache
$ set -- p q r s; echo "${@:2}" "${@:2:2}" "${@: -1}" "${*:3}"; for i in "${@:2:2}"; do echo "<$i>"; done; set --
q r s q r s r s
<q>
<r>
$ IFS=,; a=(x y z); echo "${a[*]}"; set -- 1 2; echo "$*"; unset IFS; echo "${a[*]} $*"; set --
x,y,z
1,2
x y z 1 2
$ declare -A m=([web]=80 [db]=5432 ["a b"]=1); echo ${m[db]} ${#m[@]} "${m[a b]}"; m+=([x]=2); echo ${#m[@]}
5432 3 1
4
$ declare -a l=(one "two three"); l+=(four); echo "${#l[@]} ${l[1]}"; f() { local -a v=(1 2); local w=(3); echo "${v[1]} ${w[0]} ${#l[@]}"; }; f; echo "[${v[0]}]"
3 two three
2 3 3
[]
$ x="it's"; echo ${x@Q} ${x@U} ${x@u} ${x@L}; y='a\tb'; echo "${y@E}"
'it'\''s' IT'S It's it's
a	b
$ declare -A seen; for w in a b a; do ((seen[$w]++)); done; echo "${seen[a]} ${seen[b]}"; x=(1 2); ((x[1]+=5)); echo ${x[1]} $((x[0]+x[1])) $((++x[0])); let 'x[0]=9'; i=1; echo ${x[0]} $((x[i-1])) $((y[3]))
2 1
7 8 2
9 9 0
$ a=(out side); f() { local a=(in); echo "${a[@]}"; local -A m=([k]=v); echo "${m[k]}"; }; f; echo "${a[@]} [${m[k]}]"
in
v
out side []
"##,
    );
}

#[test]
fn lines_are_read_into_variables_lists_and_menus() {
    comes_out(
        r##"
$ IFS=: read -r a b <<< x:y:z; echo "$a $b"; IFS=: read a b <<< x:y:; echo "[$b]"; read -a l <<< "1 2 3"; echo "${l[2]} ${#l[@]}"
x y:z
[y]
3 3
$ read -d: x <<< a:b; echo "$? $x"; read -n 2 x <<< abcd; echo "$x"; printf 'no end' | { read x; echo "$? $x"; }; read -rp 'name? ' x <<< 'a\b'; echo "$x"; read -Z
0 a
ab
1 no end
a\b
! bash: line 1: read: -Z: invalid option
! read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]
=> 2
$ while IFS=, read -ra l; do echo "${#l[@]} ${l[0]}"; done <<< $'a,b,c\nd,e'
3 a
2 d
$ mapfile -t l < svc.yaml; echo "${#l[@]} ${l[2]}"; readarray -t -n 1 -s 1 l < svc.yaml; echo "${l[@]}"; mapfile -d, -t l <<< a,b; echo ${#l[@]}; mapfile < svc.yaml; printf '%s' "${MAPFILE[0]}"; mapfile -O 5 l <<< z; echo "${!l[@]}"
3 port: 80
kind: Service
2
apiVersion: v1
0 1 5
$ mapfile -t l < <(ls); for f in "${l[@]}"; do echo "$f"; done; ls | mapfile -t n; echo "${#n[@]}"; mapfile 1x; mapfile -n x l; mapfile -Z
svc.yaml
web.yaml
0
! bash: line 1: mapfile: `1x': not a valid identifier
! bash: line 1: mapfile: x: invalid line count
! bash: line 1: mapfile: -Z: invalid option
! mapfile: usage: mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]
=> 2
$ select x in web db "a b"; do echo "[$x] $REPLY"; done 2> /dev/null <<< $'2\n9\n\n3'
[db] 2
[] 9
[a b] 3

=> 1
$ select x in web db; do [ -n "$x" ] && break; done 2> /dev/null <<< $'x\n1'; echo "$x"; select x in; do echo no; done; echo $?
web
0
$ set -- p q; select x; do echo $x; break; done 2> /dev/null <<< 2; set --
q
"##,
    );
}

#[test]
fn traps_run_where_the_shell_ends_and_where_a_command_fails() {
    comes_out(
        r##"
$ (trap 'echo bye' EXIT; echo in; exit 3); echo $?
in
bye
3
$ bash -c 'trap "echo cleanup; exit 5" EXIT; false'; echo $?
cleanup
5
$ bash -c 'set -e; trap "echo failed" ERR; trap "echo end" EXIT; echo a; false; echo never'; echo $?
a
failed
end
1
$ trap 'echo "went wrong: $?"' ERR; false; (exit 4); true; false || true; if false; then :; fi; ! true; f() { false; }; f; trap - ERR; false
went wrong: 1
went wrong: 4
went wrong: 1
=> 1
$ trap 'rm -f t' EXIT; trap 'echo x' INT TERM; trap '' HUP; trap; trap -p INT; trap - INT HUP TERM EXIT; trap; trap 'x' NOPE; trap EXIT
trap -- 'rm -f t' EXIT
trap -- '' SIGHUP
trap -- 'echo x' SIGINT
trap -- 'echo x' SIGTERM
trap -- 'echo x' SIGINT
! bash: line 1: trap: NOPE: invalid signal specification
"##,
    );
}

#[test]
fn times_limits_and_what_changes_nothing_here() {
    comes_out(
        r##"
$ time true
! 
! real	0m0.000s
! user	0m0.000s
! sys	0m0.000s
$ time (sleep 62; exit 3); echo $?
! 
! real	1m2.000s
! user	0m0.000s
! sys	0m0.000s
3
$ ! time true
! 
! real	0m0.000s
! user	0m0.000s
! sys	0m0.000s
=> 1
$ timeout 2 echo hi; timeout 1 sleep 5; echo $?; timeout 5 sleep 1; echo $?; timeout x ls; echo $?
hi
124
0
! timeout: invalid time interval 'x'
! Try 'timeout --help' for more information.
125
$ nohup echo hi 2>/dev/null; hash kubectl 2>/dev/null; shopt -s extglob; compgen -W 'web db webs' we; compgen -W 'web db' x; echo $?
hi
web
webs
1
$ echo ~root ~root/x '~root' a~root
/root /root/x ~root a~root
$ f() { echo $#; }; a=(); f "${a[@]}" "${a[@]:1}" "$@"; set -- ''; f "$@" "${@:1}"; set --
0
2
$ while read -r name port; do echo "$name:$port"; done < <(printf 'web 80\ndb 5432\n'); cat < <(echo sub)
web:80
db:5432
sub
$ i=0; while :; do ((++i > 2)) && break; echo $i; done; for x in {a..c}; do case $x in b) continue;; esac; echo $x; done
1
2
a
c
"##,
    );
}

#[test]
fn awk_has_functions_files_and_commands() {
    comes_out(
        r##"
$ printf 'pear\napple\nfig\n' > f; awk 'function f(x) { return x "!" } { print f($1) }' f
pear!
apple!
fig!
$ awk 'function fact(n) { return n <= 1 ? 1 : n * fact(n-1) } BEGIN { print fact(10) }'
3628800
$ awk 'function fill(a, n,   i) { for (i = 1; i <= n; i++) a[i] = i*i; i = "gone" } BEGIN { fill(sq, 3); print sq[3], length(sq), i "" }'
9 3 
$ awk 'function max(a, b) { if (a > b) return a; return b } BEGIN { print max(3, 7), max("b", "a") }; END { print 1 }' f | head -1
7 b
$ awk 'function none() { x = 5 } BEGIN { y = none(); print x, y "." }'
5 .
$ awk 'function g() { exit 4 } BEGIN { g(); print "no" } END { print "end" }' f; echo $?
end
4
$ awk 'BEGIN { while ((getline line < "f") > 0) n++; print n, line; close("f"); getline line < "f"; print line; print (getline x < "nope") }'
3 fig
pear
-1
$ awk 'NR == 1 { getline; print $0, NR } END { print NR }' f; awk '{ getline l; print $0 "-" l }' f
apple 2
3
pear-apple
fig-apple
$ awk 'BEGIN { "echo one two" | getline; print $2; "echo a; echo b" | getline x; "echo a; echo b" | getline y; print x y }'
two
ab
$ awk 'BEGIN { cmd = "sort f"; while ((cmd | getline l) > 0) print "> " l; close(cmd) }'
> apple
> fig
> pear
$ awk '{ print > ($1 ".txt") }' f; cat fig.txt; awk '{ print $1 >> "all" } END { close("all"); while ((getline l < "all") > 0) n++; print n }' f; cat all; ls *.txt
fig
3
pear
apple
fig
apple.txt
fig.txt
pear.txt
$ awk '{ print | "sort -r" } END { print "last" }' f; awk 'BEGIN { print "to err" > "/dev/stderr"; printf "%d\n", 5 > "/dev/stdout" }'
pear
fig
apple
last
! to err
5
$ awk 'BEGIN { r = system("exit 3"); print r; system("echo hi") }'; awk 'BEGIN { print close("x") }'
3
hi
-1
$ awk 'BEGIN { print length("abc") > "out"; print "b" > "out" }'; cat out; rm -f out all *.txt f
3
b
"##,
    );
}

#[test]
fn the_longest_match_counts() {
    comes_out(
        r##"
$ echo aab | grep -oE 'a|ab'; echo web-1 | grep -oE 'web|web-1|we'; echo abcd | grep -oE '(a|ab)(c|bcd)'
a
ab
web-1
abcd
$ echo xyz | sed -E 's/x|xy/Q/'; echo foobar foo | sed -E 's/foo|foobar/<&>/g'; echo ab | sed -E 's/(a?)(ab)?/[\1|\2]/'
Qz
<foobar> <foo>
[|ab]
$ echo abcd | awk '{ sub(/a|ab/, "X"); print; print match("foobar", /foo|foobar/), RLENGTH }'; [[ foobar =~ fo|foo ]]; echo "${BASH_REMATCH[0]}"
Xcd
1 6
foo
$ echo 'a.b a' | grep -oE 'a$|a\.b'; echo 'one two' | sed -E 's/(one|one two)$/X/'; echo aXbXb | grep -oE 'a(X|Xb)*'; printf 'x\n' | sed 's/x*/-/g'; echo abc | sed 's/x*/-/g'
a.b
a
X
aXbXb
-
-a-b-c-
"##,
    );
}

#[test]
fn more_of_printf_date_uniq_xargs_and_diff() {
    comes_out(
        r##"
$ printf '%05.1f|%+.2f|%e|%E|%g\n' 3.14159 2 12345.678 0.00012 1e10; printf '%03d|%5s|%-5s|\n' 7 ab cd
003.1|+2.00|1.234568e+04|1.200000E-04|1e+10
007|   ab|cd   |
$ date -u -d @0 +%FT%TZ; date -u -d '2026-01-02 03:04:05' +%s; date -u -d '2026-01-02 1 day ago' +%F; date -u -d '2026-01-31 2 hours' +%H; date --date=2026-03-01T00:00:00Z -u +%a; date -d nonsense
1970-01-01T00:00:00Z
1767323045
2026-01-01
02
Sun
! date: invalid date 'nonsense'
=> 1
$ uniq -f1 <<< $'1 a\n2 a\n3 b'; uniq -s 1 -c <<< $'xa\nya\nzb'; printf '1 a\n2 A\n' | uniq -i --skip-fields=1
1 a
3 b
      2 xa
      1 zb
1 a
$ printf 'web\ndb\n' > l; xargs -a l -n1 echo x; xargs -a nope echo; echo $?; rm l
x web
x db
! xargs: Cannot open input file 'nope': No such file or directory
1
$ echo a > x; echo a > y; diff -s x y; printf 'a\n\nb\n' > x; printf 'a\nb\n' > y; diff -B x y; echo $?; diff x y; rm x y
Files x and y are identical
0
2d1
< 
"##,
    );
}

#[test]
fn a_menu_asks_at_a_terminal_and_stands_in_columns() {
    let mut console = terminal();
    let outcome = console.line("PS3='which? '; select x in web db; do echo \"[$x]\"; break; done");
    assert_eq!(outcome.stderr(), "1) web\n2) db\n");
    assert_eq!(outcome.wants, Wants::Inside("which? ".to_owned()));
    let outcome = console.line("2");
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("[db]\n", Wants::Line));
    let values = "aaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccc";
    let more = "ddddddddddddddddddddd eeeeeeeeeeeee f g h i j";
    let outcome = super::console().line(&format!("select x in {values} {more}; do :; done <<< 3"));
    assert_eq!(
        outcome.stderr(),
        "1) aaaaaaaaaaaaaaaaaa\t     6) f\n\
         2) bbbbbbbbbbbbbbbbbbbbbb    7) g\n\
         3) cccccccccccccccccccccc    8) h\n\
         4) ddddddddddddddddddddd     9) i\n\
         5) eeeeeeeeeeeee\t    10) j\n#? #? "
    );
}

#[test]
fn ctrl_c_and_the_end_of_input_run_their_traps() {
    let mut console = terminal();
    console.line("trap 'echo caught; x=5' INT; trap 'echo bye $x' EXIT");
    console.line("sleep 9; echo never");
    let outcome = console.interrupt();
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("caught\n", Wants::Line));
    let outcome = console.end_of_input();
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("bye 5\n", Wants::Close));
    let outcome = console.line("exit 3");
    assert_eq!((outcome.stdout().as_str(), outcome.wants, outcome.exit), ("", Wants::Close, 3));
}

#[test]
fn a_command_is_ended_in_time_at_a_terminal() {
    let mut console = terminal();
    assert_eq!(console.line("timeout 2 sleep 9; echo $?").wants, Wants::Time);
    assert_eq!(console.proceed().wants, Wants::Time);
    assert_eq!(console.proceed().stdout(), "124\n");
    assert_eq!(console.line("timeout 9 sleep 1; echo $?").wants, Wants::Time);
    assert_eq!(console.proceed().stdout(), "0\n");
}

#[test]
fn programs_without_an_end_are_stopped() {
    for (line, says) in [
        ("awk 'function f(n) { return f(n + 1) } BEGIN { f(1) }'", "more than 50 deep"),
        ("awk 'BEGIN { while (1) system(\"true\") }'", "more than 200 commands"),
        ("awk 'BEGIN { while (1) print \"x\" > \"f\" }'", "stopped: it did too much"),
        ("awk 'BEGIN { f() }'", "function `f' is not defined"),
        ("trap 'false' ERR; while :; do false; done", "stopped: this line did too much"),
        ("select x in a; do :; done < /dev/null", "#? "),
    ] {
        let outcome = console().line(line);
        assert!(outcome.stderr().contains(says), "{line}: {}", outcome.stderr());
    }
    let deep = "awk 'function f(n) { return n < 1 ? 0 : 1 + f(n - 1) } BEGIN { print f(48) }'";
    assert_eq!(console().line(deep).stdout(), "48\n");
}

#[test]
fn nano_has_plain_keys_and_all_others_those_that_are_set() {
    use portolan::kubectl::EditKeys::{AsSet, Plain};
    for (line, keys) in [
        ("vim svc.yaml", AsSet),
        ("vi svc.yaml", AsSet),
        ("nano svc.yaml", Plain),
        ("kubectl edit ns default", AsSet),
        ("KUBE_EDITOR=/usr/bin/nano kubectl edit ns default", Plain),
        ("export EDITOR=vim; kubectl edit ns default", AsSet),
    ] {
        let outcome = terminal().line(line);
        let Wants::Edit { keys: given, .. } = outcome.wants else { panic!("{line}: {outcome:?}") };
        assert_eq!(given, keys, "{line}");
    }
}

#[test]
fn lines_typed_before_are_listed_and_run_again() {
    let mut console = console();
    for line in ["echo one", "for i in 1 2\ndo\n  echo $i\ndone", "cat <<E\na\nE", "x='a\nb'"] {
        console.line(line);
    }
    let listed =
        "1\t echo one\n2\t for i in 1 2; do   echo $i; done\n3\t cat <<E\na\nE\n4\t x='a\nb'\n";
    assert_eq!(console.line("fc -l").stdout(), listed);
    assert_eq!(console.line("fc -ln 1 1").stdout(), "\t echo one\n");
    assert_eq!(console.line("fc -s one=two echo").stdout(), "two\n");
    assert_eq!(console.line("fc -l -1").stdout(), "7\t echo two\n");
    assert_eq!(console.line("fc -s nope").exit, 1);
}
