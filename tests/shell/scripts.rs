//! Variables of functions, arrays, options, scripts of one's own: as bash 5.2 has them.

use super::{comes_out, terminal};
use portolan::kubectl::Wants;

#[test]
fn variables_arrays_and_options() {
    comes_out(
        r#"
$ x=5; f() { local x=1; echo $x; }; f; echo $x
1
5
$ g() { echo "g$x"; }; h() { local x=2; g; }; h; echo $x
g2
5
$ r() { local n=$1; [ $n -gt 0 ] && r $((n-1)); echo $n; }; r 2
0
1
2
$ s () { echo spaced; }; s
spaced
$ local x=1
! bash: line 1: local: can only be used in a function
=> 1
$ for ((i=0; i<5; i++)); do [ $i = 1 ] && continue; [ $i = 3 ] && break; echo $i; done
0
2
$ for ((;;)); do echo once; break; done
once
$ for ((i=2,j=4;i<j;i++,j--)) { echo $i $j; }
2 4
$ x=hello; echo ${x^} ${x^^}; y=HELLO; echo ${y,} ${y,,}
Hello HELLO
hELLO hello
$ name=HOME; echo ${!name}
/root
$ a=(x "y z"); a+=(w); echo ${#a[@]} ${a[1]} $a ${a[-1]}; for i in "${a[@]}"; do echo "<$i>"; done
3 y z x w
<x>
<y z>
<w>
$ a[5]=v; unset 'a[0]'; echo "${a[*]}" ${!a[@]}
y z w v 1 2 5
$ declare -A m; m[web]=80; m[db]=5432; for k in "${!m[@]}"; do echo $k=${m[$k]}; done
db=5432
web=80
$ p=($(echo one two)); echo ${p[1]} ${#p[@]}
two 2
$ false | true | false; echo ${PIPESTATUS[@]}
1 0 1
$ [[ web-6d4b-xk =~ ^([a-z]+)-([a-z0-9]+) ]]; echo "${BASH_REMATCH[2]}"
6d4b
$ readonly r=1; unset r; r=2; echo never
! bash: line 1: unset: r: cannot unset: readonly variable
! bash: line 1: r: readonly variable
=> 1
$ declare -i n=3+4; declare -x D=$n; env | grep ^D=
D=7
$ printf -v x '%03d' 7; echo $x; printf '%q\n' "it's a"
007
it\'s\ a
$ set -o pipefail; false | true; echo $?; set +o pipefail
1
$ set -x; y="a b"; echo $y hi 'c d'; set +x
! + y='a b'
! + echo a b hi 'c d'
a b hi c d
! + set +x
$ echo ${nope?is not there}; echo never
! bash: line 1: nope: is not there
=> 127
$ echo $((1/0)); echo never
! bash: line 1: 1/0: division by 0 (error token is "0")
=> 1
$ (echo $((1/0)); echo never); echo after
! bash: line 1: 1/0: division by 0 (error token is "0")
after
$ (x=1; cd /tmp; exit 3); echo $? $x; pwd
3 007
/root
$ f() { (return 3); echo $?; return 4; echo never; }; f
3
=> 4
$ env -i A=1 env; env -u HOME env | grep -c HOME
A=1
0
=> 1
"#,
    );
}

#[test]
fn scripts_run_in_a_shell_of_their_own() {
    comes_out(
        r#"
$ bash -c 'echo $0 $1 $#' zero one
zero one 1
$ sh -c 'exit 4'; echo $?
4
$ printf 'for f in "$@"; do\n  echo "<$f>"\ndone\n' > s.sh; bash s.sh 'a b' c
<a b>
<c>
$ echo 'k get pods' > k.sh; bash k.sh
! k.sh: line 1: k: command not found
=> 127
$ x=1; export y=2; bash -c 'echo "[$x] [$y]"; y=3'; echo $y
[] [2]
2
$ ./s.sh a
! bash: line 1: ./s.sh: Permission denied
=> 126
$ chmod +x s.sh; ./s.sh a; ls -l s.sh | cut -c1-10; [ -x s.sh ] && echo may
<a>
-rwxr-xr-x
may
$ chmod 644 s.sh; ./s.sh; chmod +x nope
! bash: line 1: ./s.sh: Permission denied
! chmod: cannot access 'nope': No such file or directory
=> 1
$ printf '#!/usr/bin/python3\nprint(1)\n' > p.py; chmod +x p.py; ./p.py
! ./p.py: no programs are started here: /usr/bin/python3
=> 126
$ echo 'echo piped' | bash; echo 'wc -l' > c.sh; seq 3 | sh c.sh
piped
3
$ printf 'set -e\nif false; then echo a; fi\nfalse || true\n! true\necho on\nfalse\necho never\n' > e.sh; bash e.sh; echo $?
on
1
$ printf 'set -euo pipefail\nx=$(false)\necho never\n' > e.sh; bash e.sh; echo $?
1
$ bash -u -c 'echo $nope; echo never'; echo $?
! bash: line 1: nope: unbound variable
1
$ bash -c 'cd /tmp; exit 7'; echo $?; pwd
7
/root
$ bash nope.sh; bash -c; bash -c 'if'
! bash: nope.sh: No such file or directory
! bash: -c: option requires an argument
! bash: -c: line 2: syntax error: unexpected end of file
=> 2
$ seq 2 | xargs -I{} sh -c 'echo n{}'
n1
n2
$ bash -c 'f() { echo in $1; }; f a' | tr a-z A-Z
IN A
$ s() { bash -c 's'; }; s
! bash: line 1: s: command not found
=> 127
"#,
    );
}

#[test]
fn what_stopped_to_be_typed_has_not_been_done() {
    let mut console = terminal();
    let typed = "(kubectl create ns a; echo x >> log; cat > f); kubectl get ns a -o name";
    let outcome = console.line(typed);
    assert_eq!(outcome.wants, Wants::Inside(String::new()));
    assert_eq!(outcome.stdout(), "namespace/a created\n");
    console.line("one");
    assert_eq!(console.end_of_input().stdout(), "namespace/a\n");
    assert_eq!(console.line("cat log f").stdout(), "x\none\n");
    let typed = "{ kubectl create ns b; echo y >> log; cat; } | sort > f";
    assert_eq!(console.line(typed).wants, Wants::Inside(String::new()));
    assert_eq!(console.interrupt().exit, 130);
    let outcome = console.line("cat log; kubectl get ns b -o name");
    assert_eq!(outcome.stdout(), "x\n");
    assert_eq!(outcome.stderr(), "Error from server (NotFound): namespaces \"b\" not found\n");
}

#[test]
fn a_script_at_a_terminal_goes_on_in_steps() {
    let mut console = terminal();
    console.line("printf 'for i in 1 2; do echo n$i; sleep 1; done\nread x; echo got $x\n' > s.sh");
    let outcome = console.line("bash s.sh; echo end");
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("n1\n", Wants::Time));
    assert_eq!(console.proceed().stdout(), "n2\n");
    assert_eq!(console.proceed().wants, Wants::Inside(String::new()));
    assert_eq!(console.line("it").stdout(), "got it\nend\n");
    // `set -e` ends scripts, not the prompt.
    assert_eq!(console.line("set -e; false").wants, Wants::Line);
    assert_eq!(console.line("(false; echo never); echo $?").stdout(), "1\n");
    assert_eq!(console.line("bash -ec 'false; echo never'; echo $?").stdout(), "1\n");
    assert_eq!(
        console.line("bash").stderr(),
        "bash: this is a shell already; bash FILE runs a script\n"
    );
    assert_eq!(console.line("while true; do bash -c :; done").wants, Wants::Turn);
    assert_eq!(console.interrupt().exit, 130);
}
