//! The console's shell, in whole transcripts: each line as it is typed, what it says, and its
//! exit code where it is not 0. A line of the transcript begins with `$ `; what goes to stderr
//! with `! `.

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files, Stream, Wants};
use proptest::prelude::*;

fn console() -> Console {
    let mut files = Files::default();
    files.write("svc.yaml", b"apiVersion: v1\nkind: Service\nport: 80\n").unwrap();
    files.write("web.yaml", b"kind: Deployment\n").unwrap();
    Console::new(Cluster::default(), files)
}

/// Runs the transcript's lines again, and gives what comes out in its form.
fn replay(console: &mut Console, transcript: &str) -> String {
    let mut out = String::new();
    for line in transcript.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let outcome = console.line(line);
        out.push_str(&format!("$ {line}\n"));
        for (stream, text) in &outcome.said {
            for line in text.split_inclusive('\n') {
                if *stream == Stream::Err {
                    out.push_str("! ");
                }
                out.push_str(line);
                if !line.ends_with('\n') {
                    out.push_str("(no newline)\n");
                }
            }
        }
        if outcome.exit != 0 {
            out.push_str(&format!("=> {}\n", outcome.exit));
        }
    }
    out
}

fn comes_out(transcript: &str) {
    let transcript = transcript.trim_start();
    let ours = replay(&mut console(), transcript);
    let differs = ours.lines().zip(transcript.lines()).position(|(a, b)| a != b);
    let first = differs.unwrap_or(ours.lines().count().min(transcript.lines().count()));
    let around = |text: &str| {
        text.lines().skip(first.saturating_sub(3)).take(8).collect::<Vec<_>>().join("\n")
    };
    assert!(ours == transcript, "ours:\n{}\n\nbash:\n{}", around(&ours), around(transcript));
}

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
$ echo $((1/0)); echo $((a b)); echo ${x!}; : ${x:?need}
! bash: line 1: 1/0: division by 0 (error token is "0")
! bash: line 1: a b: syntax error in expression (error token is "b")
! bash: line 1: ${x!}: bad substitution
! bash: line 1: x: need
=> 127
$ sleep 1 &
! bash: -c: line 1: nothing runs in the background here: leave the & out
=> 2
"#,
    );
}

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
$ awk '{print $1' t; awk '{system("x")}' t
! awk: cmd. line:1: syntax error: unexpected end of the program
! awk: cmd. line:1: function `system' is not here
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
$ sudo ls; vim svc.yaml
! sudo: you are root already, and nothing here needs it
! vim: there is no terminal to edit in; sed -i changes a file from a line
=> 1
"#,
    );
}

/// A console at a terminal of eighty columns.
fn terminal() -> Console {
    let mut console = console();
    console.columns = Some(80);
    console
}

#[test]
fn a_terminal_waits_for_the_rest_of_a_line() {
    let mut console = terminal();
    for line in ["echo 'a", "b' \\", "&& for i in 1 2", "do echo $i"] {
        assert_eq!(console.line(line).wants, Wants::More, "{line}");
    }
    let outcome = console.line("done; cat <<EOF");
    assert_eq!((outcome.wants, outcome.said.len()), (Wants::More, 0));
    assert_eq!(console.line("in $HOME").wants, Wants::More);
    assert_eq!(console.line("EOF").stdout(), "a\nb\n1\n2\nin /root\n");
    // Ctrl-C drops what is typed, Ctrl-D says what is missing.
    console.line("echo 'a");
    assert_eq!(console.interrupt().exit, 130);
    assert_eq!(console.line("echo $?").stdout(), "130\n");
    console.line("echo 'a");
    assert_eq!(
        console.end_of_input().stderr(),
        "bash: unexpected EOF while looking for matching `\'\'\n"
    );
    assert_eq!(console.line("nosuch").stderr(), "bash: nosuch: command not found\n");
    assert_eq!(console.line("| x").stderr(), "bash: syntax error near unexpected token `|\'\n");
    assert_eq!(console.line("exit 3").wants, Wants::Close);
    assert_eq!(console.end_of_input().wants, Wants::Close);
}

#[test]
fn what_goes_on_gives_the_terminal_a_turn_and_the_line_goes_on_after_it() {
    let mut console = terminal();
    let outcome = console.line("for i in 1 2; do echo n$i; sleep 2; done; echo end");
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("n1\n", Wants::Time));
    assert_eq!(console.proceed().wants, Wants::Time);
    assert_eq!(console.proceed().stdout(), "n2\n");
    console.proceed();
    let outcome = console.proceed();
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("end\n", Wants::Line));
    // Without an end: every turn comes back, and Ctrl-C ends it.
    assert_eq!(console.line("while true; do x=1; done; echo no").wants, Wants::Time);
    assert_eq!(console.proceed().wants, Wants::Time);
    let outcome = console.interrupt();
    assert_eq!((outcome.wants, outcome.exit), (Wants::Line, 130));
    // An editor in the middle of a line.
    let outcome = console.line("vim svc.yaml && head -1 svc.yaml");
    let Wants::Edit { name, text } = outcome.wants else { panic!("{outcome:?}") };
    assert_eq!((name.as_str(), text.lines().count()), ("svc.yaml", 3));
    assert_eq!(console.edited(Some("new\n".into())).stdout(), "new\n");
    // `watch` shows the world's clock moving.
    let outcome = console.line("watch -n 1 date");
    assert_eq!(outcome.wants, Wants::Time);
    assert!(console.proceed().stdout().contains("Every 1.0s: date"));
    assert_eq!(console.interrupt().exit, 130);
}

#[test]
fn what_has_no_end_ends() {
    let mut console = console();
    for (line, says) in [
        ("while true; do :; done", "without coming to an end"),
        ("f() { f; }; f", "maximum nesting level"),
        ("f() { $(f); }; f", "nested too deep"),
        ("f() { f | f; }; f", ""),
        ("seq 1 1000000000 | wc -c", "stopped after"),
        ("echo {1..999999999}", "failed to allocate memory for 999999999 elements"),
        (
            "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
            "failed to allocate",
        ),
        ("x=aaaaaaaaaa; while :; do x=$x$x; done; echo ${#x}", ""),
        ("awk 'BEGIN {while (1) x = x \"aaaa\"}'", "stopped"),
        ("sed ':a;ba' svc.yaml", "is not here"),
        ("yes | sed 's/y/yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy/' | wc -c", ""),
        ("eval 'eval \"eval x\"'", "x: command not found"),
        ("alias a='b b' b='a a'", ""),
        ("a", "command not found"),
        (
            "echo $((1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1))))))))))))))))))))))",
            "",
        ),
        ("xargs xargs < svc.yaml", "does not run itself"),
        ("yes > f; wc -l f", "stopped after"),
    ] {
        let outcome = console.line(line);
        let stderr: String = outcome.stderr().chars().take(300).collect();
        assert!(stderr.contains(says), "{line}: {stderr}");
        assert!(outcome.stdout().len() <= 33 << 20, "{line}");
    }
    // A long line, and one that is no text.
    for line in [
        "x".repeat(100_000),
        "(".repeat(100_000),
        "$(".repeat(50_000),
        "{".repeat(100_000),
        "\0\u{1b}[2J\u{fffd}".into(),
    ] {
        assert_ne!(console.line(&line).exit, 0);
    }
    for line in [
        format!("echo {}", "a ".repeat(50_000)),
        format!("echo '{}' | grep -o a | wc -l", "a".repeat(100_000)),
    ] {
        assert_eq!(console.line(&line).exit, 0);
    }
}

/// Pieces of lines that fit together now and then.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z $|&;<>(){}'\"`\\\\*?#=!\\[\\]0-9~,.:/-]{1,8}",
        4 => prop::sample::select(vec![
            " | ", " && ", "; ", " || ", "$(", ")", "${x", "}", "for i in ", "; do ", "; done", "while ",
            "if ", "; then ", "; fi", "case x in ", ") ", ";; esac", "echo ", "cat ", "grep ", "sed ",
            "awk ", "'{print $1}'", "s/a/b/g", "> f", ">> f", "2>&1", "< f", "<<E\n", "\nE\n", "f() { ",
            "; }", "$((", "))", "[[ ", " ]]", "{1..9}", "{a,b}", "\"", "'", "$x", "x=1 ", "kubectl get ",
            "svc ", "-o yaml ", "xargs ", "sort ", "-k", "head -n ", "tr a-z ", "printf '%d\\n' ", "f ",
            "ls ", "rm -r ", "*.yaml ", "seq 9 ", "read x ", "test ", "eval ", "watch ", "$?", "\n",
        ]).prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is typed comes to an end, says what it says in bounds, and the next line works.
    #[test]
    fn any_line_ends(pieces in prop::collection::vec(piece(), 0..14), sits in any::<bool>()) {
        let line = pieces.concat();
        let mut console = if sits { terminal() } else { console() };
        let mut outcome = console.line(&line);
        for _ in 0..5 {
            prop_assert!(outcome.stdout().len() <= 33 << 20);
            outcome = match outcome.wants {
                Wants::Time => console.proceed(),
                Wants::Inside(_) => console.line("x"),
                Wants::Edit { .. } => console.edited(None),
                Wants::More => console.end_of_input(),
                Wants::Line | Wants::Close => break,
            };
        }
        console.interrupt();
        console.columns = None;
        let outcome = console.line("echo still here");
        // A line may have changed what words mean.
        if !line.contains("alias") && !line.contains('(') {
            prop_assert_eq!(outcome.stdout(), "still here\n");
        }
    }
}

fn completed(console: &Console, line: &str) -> String {
    let found = console.complete(line, line.len());
    let before = &line[..found.start];
    let all: Vec<String> =
        found.candidates.iter().take(6).map(|c| format!("{before}{c}")).collect();
    all.join("|")
}

#[test]
fn lines_are_completed() {
    let world = "objects:\n\
        - {kind: Namespace, metadata: {name: shop}}\n\
        - {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop}, spec: {containers: [{name: app, image: x}, {name: log, image: z}]}}\n\
        - {apiVersion: v1, kind: Pod, metadata: {name: web-1}, spec: {containers: [{name: c, image: x}]}}\n\
        - {apiVersion: v1, kind: Pod, metadata: {name: web-2}, spec: {containers: [{name: c, image: x}]}}\n\
        - {apiVersion: v1, kind: Service, metadata: {name: web, annotations: {a.b/c: d}}, spec: {ports: [{port: 80}], selector: {a: b}}}\n";
    let (cluster, findings) = Cluster::from_world(world).unwrap();
    assert!(!findings.iter().any(|f| f.message.contains("left out")), "{findings:?}");
    let mut files = Files::default();
    files.write("svc.yaml", b"x").unwrap();
    files.write("d/pod.yaml", b"x").unwrap();
    let mut console = Console::new(cluster, files);
    console.line("export do=--dry-run=client kc=x");
    for (line, comes) in [
        // Commands, also behind pipes and words of the shell.
        ("kube", "kubectl "),
        ("k get svc | gre", "k get svc | grep "),
        ("for i in 1; do kube", "for i in 1; do kubectl "),
        ("A=b kube", "A=b kubectl "),
        ("echo $(kube", "echo $(kubectl "),
        // Verbs and what stands below them.
        ("k descr", "k describe "),
        ("kubectl create servi", "kubectl create service |kubectl create serviceaccount "),
        ("k create service no", "k create service nodeport "),
        ("k -n shop descr", "k -n shop describe "),
        ("k create config", "k create configmap "),
        // Kinds and names, by namespace.
        ("k get endpoints", "k get endpoints |k get endpointslices "),
        ("k get svc,ns,nod", "k get svc,ns,nodes "),
        ("k get po w", "k get po web-1 |k get po web-2 "),
        ("k get po web-1 w", "k get po web-1 web-2 "),
        ("k -n shop get po ", "k -n shop get po api "),
        ("k get po -n shop a", "k get po -n shop api "),
        ("k get -A po a", "k get -A po api "),
        ("k describe pod/w", "k describe pod/web-1 |k describe pod/web-2 "),
        // Flags and their values.
        ("k get po --show-l", "k get po --show-labels "),
        ("k get po -n sh", "k get po -n shop "),
        ("k get po --namespace=sh", "k get po --namespace=shop "),
        ("k -n sh", "k -n shop "),
        ("k get po -o y", "k get po -o yaml "),
        (
            "k get po -o jsonpa",
            "k get po -o jsonpath-as-json=|k get po -o jsonpath-file=|k get po -o jsonpath=",
        ),
        ("k create svc clusterip x --dry-run=c", "k create svc clusterip x --dry-run=client "),
        // Files.
        ("k create -f s", "k create -f svc.yaml "),
        ("k create -f d/", "k create -f d/pod.yaml "),
        ("cat s", "cat svc.yaml "),
        ("k get po > s", "k get po > svc.yaml "),
        ("k get po >s", "k get po >svc.yaml "),
        // Fields, of the schema and of the object.
        (
            "k get svc web -o jsonpath='{.spec.clu",
            "k get svc web -o jsonpath='{.spec.clusterIP|k get svc web -o jsonpath='{.spec.clusterIPs",
        ),
        (
            "k get svc web -o jsonpath='{.spec.ports[0].nodeP",
            "k get svc web -o jsonpath='{.spec.ports[0].nodePort",
        ),
        (
            "k get svc web -o jsonpath={.spec.selector.",
            "k get svc web -o jsonpath={.spec.selector.a",
        ),
        ("k get svc -o jsonpath='{.ite", "k get svc -o jsonpath='{.items"),
        (
            "k get svc -o jsonpath='{range .items[*]}{.metadata.na",
            "k get svc -o jsonpath='{range .items[*]}{.metadata.name|k get svc -o jsonpath='{range .items[*]}{.metadata.namespace",
        ),
        (
            "k get svc -o custom-columns=N:.metadata.na",
            "k get svc -o custom-columns=N:.metadata.name|k get svc -o custom-columns=N:.metadata.namespace",
        ),
        (
            "k get svc --sort-by=.metadata.creation",
            "k get svc --sort-by=.metadata.creationTimestamp",
        ),
        // Containers, variables.
        ("k -n shop logs api -c ", "k -n shop logs api -c app |k -n shop logs api -c log "),
        ("k get po $d", "k get po $do"),
        ("echo \"${k", "echo \"${kc}"),
        ("unset k", "unset kc "),
        ("k get po 'un", ""),
        ("nothing such as this-", ""),
    ] {
        assert_eq!(completed(&console, line), comes, "{line}");
    }
    assert_eq!(console.complete("k get po w", 10).common(), "web-");
}

proptest! {
    /// Completion changes nothing, ends, and replaces what stands before the cursor.
    #[test]
    fn any_line_is_completed(pieces in prop::collection::vec(piece(), 0..8), cursor in 0..200usize) {
        let line = pieces.concat();
        let console = console();
        let found = console.complete(&line, cursor);
        prop_assert!(line.is_char_boundary(found.start) && found.start <= cursor.min(line.len()));
        prop_assert!(found.candidates.len() <= 500);
    }
}
