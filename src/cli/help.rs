//! The first page of help: a line for each command, in groups.

use clap::Command;

/// The commands in the order of the first page.
pub(super) const GROUPS: [(&str, &str); 6] = [
    ("Library", "add sync list show export remove duplicates info doctor backup restore repair"),
    ("Ask", "search similar rank missing"),
    ("Profile", "like dislike forget profile feed seen"),
    ("Reports", "report compare graph"),
    ("Measure", "evaluate run train-facets"),
    ("Set up", "demo model completions man"),
];

/// Returns `command` with this page as its help. The line of a command is the first line of its own help.
pub(super) fn with_first_page(command: Command) -> Command {
    let about = |name| command.find_subcommand(name).and_then(Command::get_about).map(ToString::to_string);
    let mut page = "Find related papers on your own machine. Usage: relata <COMMAND> [OPTIONS]\n\n".to_owned();
    for (heading, names) in GROUPS {
        for (place, name) in names.split(' ').enumerate() {
            let heading = if place == 0 { heading } else { "" };
            page += &format!("{heading:8} {name:12} {}\n", about(name).unwrap_or_default());
        }
    }
    let options = command.get_arguments().filter(|option| !option.is_hide_set()).map(|option| {
        let short = option.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
        let value = option.get_value_names().filter(|_| option.get_action().takes_values());
        let value = value.and_then(|names| names.first()).map(|name| format!(" <{name}>")).unwrap_or_default();
        let about = option.get_help().map(ToString::to_string).unwrap_or_default();
        (format!("{short}--{}{value}", option.get_long().unwrap_or_default()), about)
    });
    let own =
        [("-h, --help", "Print help, also for one command: relata add --help"), ("-V, --version", "Print version")];
    let options = options.chain(own.map(|(option, about)| (option.to_owned(), about.to_owned())));
    for (place, (option, about)) in options.enumerate() {
        page += &format!("{}{option:18} {about}\n", if place == 0 { "\nOptions  " } else { "         " });
    }
    command.override_help(page)
}
