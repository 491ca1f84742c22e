//! Crashes, kills and two at once: a pack is there whole, or as it was.

use super::*;

#[test]
fn a_crash_leaves_the_old_pack_or_the_new_one() {
    let home = Home::new();
    home.write_pack("mine", &small("mine", "1.0.0"));
    home.run(&["pack", "install", "mine"]);
    let version = |home: &Home| {
        let listed = home.run(&["pack", "list"]);
        let line = listed.lines().find(|line| line.starts_with("mine")).map(str::to_owned);
        line.unwrap_or(listed)
    };
    let place = home.path("data/packs/mine");
    // Cut off while the new one was written, and between the two renames.
    home.write_pack("data/packs/.new-mine", &small("mine", "2.0.0"));
    assert!(
        version(&home).starts_with("mine      1.0.0  1 lesson, HOME/mine"),
        "{}",
        version(&home)
    );
    fs::rename(&place, home.path("data/packs/.old-mine")).unwrap();
    assert!(
        version(&home).starts_with("mine      1.0.0  1 lesson, HOME/mine"),
        "{}",
        version(&home)
    );
    assert_eq!(
        home.run(&["pack", "install", "mine"]),
        "0\nmine 1.0.0 is there already; nothing has changed.\n"
    );
    assert_eq!(
        home.packs(),
        [
            ".lock",
            "mine",
            "mine/installed.toml",
            "mine/lessons",
            "mine/lessons/a.toml",
            "mine/pack.toml"
        ]
    );
    // After both renames, before the old one was thrown away.
    home.write_pack("data/packs/.old-mine", &small("mine", "0.1.0"));
    assert!(version(&home).starts_with("mine      1.0.0"), "{}", version(&home));
    home.run(&["pack", "update"]);
    assert!(!home.path("data/packs/.old-mine").exists());
}

#[test]
fn an_installation_that_is_killed_at_any_time_leaves_one_whole_pack() {
    let home = Home::new();
    let many = |version: &str| {
        let lessons: Vec<(String, String)> =
            (0..300).map(|n| lesson(&format!("l{n}"), &LESSON.replace("Words", version))).collect();
        pack("mine", version, "", &lessons)
    };
    home.write_pack("one", &many("1.0.0"));
    home.write_pack("two", &many("2.0.0"));
    home.run(&["pack", "install", "one"]);
    for round in 0..24_u64 {
        let source = if round % 2 == 0 { "two" } else { "one" };
        let mut install = home.command(&["pack", "install", source]);
        let mut child = install.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * 4));
        let _ = child.kill();
        child.wait().unwrap();
        let listed = home.run(&["pack", "list", "--output", "json"]);
        let line = listed.lines().find(|line| line.contains("\"id\":\"mine\"")).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&line["lessons"], &line["problems"]), (&300.into(), &0.into()), "{line}");
        assert!(["1.0.0", "2.0.0"].map(Some).contains(&line["version"].as_str()), "{line}");
    }
    home.run(&["pack", "install", "two"]);
    let left: Vec<String> = home.packs().into_iter().filter(|name| !name.contains('/')).collect();
    assert_eq!(left, [".lock", "mine"]);
}

#[test]
fn two_that_install_at_once_do_not_get_into_each_others_way() {
    let home = Home::new();
    home.write_pack("mine", &small("mine", "1.0.0"));
    home.write("data/packs/.lock", "");
    let lock = fs::OpenOptions::new().append(true).open(home.path("data/packs/.lock")).unwrap();
    lock.lock().unwrap();
    for args in [&["pack", "install", "mine"][..], &["pack", "update"], &["pack", "remove", "mine"]]
    {
        assert_eq!(
            home.run(args),
            "2\nerror: Another Portolan is changing the installed packs. Try again when it is \
             done.\n"
        );
    }
    assert_eq!(home.packs(), [".lock"]);
    drop(lock);
    assert!(home.run(&["pack", "install", "mine"]).starts_with("0\n"));
}
