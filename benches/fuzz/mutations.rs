//! Mutated inputs: windows of examples with altered bits, bytes and ranges, pieces of other examples, words that mean
//! something to a parser, and now and then a part that grows to megabytes.

/// The longest window, in bytes.
const WINDOW: usize = 8 << 10;

/// The longest example that is used whole, in bytes.
const WHOLE: usize = 64 << 10;

/// One input in so many has a part that grows.
const GROWN: usize = 500;

/// The most bytes by which a part grows.
const MOST_GROWTH: usize = 2 << 20;

/// The same for a part with line ends. Many records are ordinary and take their time, so there are no more than a parser
/// reads in a part of a second.
const MOST_GROWTH_OF_LINES: usize = 64 << 10;

/// Words that begin, end or break a structure in one of the formats.
const WORDS: &[&str] = &[
    "@article{",
    "@string{a = \"",
    "}",
    "{",
    "\"",
    "#",
    "$",
    "\\",
    "\\'",
    "%",
    "TY  - ",
    "ER  - \n",
    "AB  - ",
    "PMID- ",
    "%0 ",
    "%T ",
    "PT J\n",
    "ER\n",
    "EF\n",
    "<",
    ">",
    "</",
    "<record>",
    "<entry>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&amp;",
    "&#x110000;",
    "[",
    "]",
    "{\"title\":",
    "\u{0}",
    "\u{fe}",
    "\r\n",
    "\n\n",
    "1e999",
    "\\ud800",
    "-",
    "*",
    "(",
    ")",
    "\"a b\"",
    " OR ",
    " AND ",
    " NOT ",
    "title:",
    "year:",
    "..",
    "author:",
    "99999999999999999999",
    "-1",
    "0",
    "1e-400",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "\\cite{",
    "\\input{a}",
    "\\begin{",
    "\\end{",
    "\\iffalse",
    "\\fi",
    "\\def\\a{\\a\\a}",
    "[@",
    "](",
    "```",
    "| a |",
    "---\n",
    "\u{202e}",
    "\u{1b}]0;",
    "\u{301}",
    "\u{200b}",
    "\u{feff}",
    "\u{1f468}\u{200d}\u{1f469}",
    "<resumptionToken>",
    "</feed>",
    "<totalResults>",
    "Content-Length: ",
    "\r\n\r\n",
    "9999-12-31",
    "0000-00-00",
    "2018-02-30",
];

/// Pairs that nest.
const PAIRS: &[(&str, &str)] = &[
    ("{", "}"),
    ("[", "]"),
    ("(", ")"),
    ("<a>", "</a>"),
    ("<entry>", "</entry>"),
    ("\"", "\""),
    ("{\"a\":", "}"),
    ("\\textbf{", "}"),
    ("\\begin{a}", "\\end{a}"),
    ("$", "$"),
    ("NOT (", ")"),
    ("> ", ""),
    ("[", "](a)"),
    ("*a ", "*"),
    ("\\iffalse ", "\\fi "),
    ("<![CDATA[", "]]>"),
    ("and ", ""),
    ("{\\'", "}"),
];

/// What is repeated without end: digits, letters, marks that join the letter before, hidden characters, separators.
const REPEATED: &[&str] = &[
    "9", "0", "y", "a", "Z", "é", "の", "ß", "\u{301}", "\u{327}", "\u{5b0}", "\u{fe0f}", "\u{200d}", "\u{202e}",
    "\u{ad}", "\u{1100}", "\u{0}", " ", "\n", "\t", ",", ";", ".", "-", "'", "\\", "&", "%", "@", ":", "a ", "A. ",
    "a,", "ing", "\\'e", "&lt;", "^2", "$", "\u{fb03}", "\u{fdfa}", "a and ", "#a",
];

/// The generator xorshift64*. The same seed gives the same inputs.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// An endless series of inputs.
pub struct Mutations<'e> {
    random: Random,
    examples: &'e [Vec<u8>],
}

impl<'e> Mutations<'e> {
    /// Inputs made from examples, of which there is at least one.
    pub fn new(seed: u64, examples: &'e [Vec<u8>]) -> Self {
        Self { random: Random(seed | 1), examples }
    }

    /// The next input.
    pub fn next(&mut self) -> Vec<u8> {
        if self.random.below(50) == 0 {
            return (0..self.random.below(300)).map(|_| self.random.next() as u8).collect();
        }
        let mut input = self.window(WINDOW);
        for _ in 0..self.random.below(6) {
            self.mutate(&mut input);
        }
        if self.random.below(GROWN) == 0 {
            self.grow(&mut input);
        }
        input
    }

    /// A part of an example.
    fn window(&mut self, bytes: usize) -> Vec<u8> {
        let example = self.random.of(self.examples);
        // Half of the windows are beginnings, because beginnings matter most. A third of all are whole examples, so that
        // the rest of an input is sound.
        let start = if self.random.below(2) == 0 { 0 } else { self.random.below(example.len()) };
        let end = (start + 1 + self.random.below(bytes)).min(example.len());
        let is_whole = self.random.below(3) == 0 && example.len() <= WHOLE.min(bytes * 8);
        if is_whole { example.clone() } else { example[start..end].to_vec() }
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let at = self.random.below(input.len() + 1);
        let end = (at + self.random.below(64)).min(input.len());
        match self.random.below(8) {
            0 if at < input.len() => input[at] ^= 1 << self.random.below(8),
            1 if at < input.len() => input[at] = self.random.next() as u8,
            2 => drop(input.drain(at..end)),
            3 => {
                let piece = input[at..end].to_vec();
                let times = 1 + self.random.below(20);
                input.splice(at..at, piece.repeat(times));
            }
            4 => {
                let piece = self.window(200);
                input.splice(at..at, piece);
            }
            5 => input.truncate(at),
            6 => {
                let times = if self.random.below(20) == 0 { 1 + self.random.below(2000) } else { 1 };
                let word = self.random.of(WORDS).as_bytes().repeat(times);
                input.splice(at..at, word);
            }
            _ => drop(input.splice(at..end, self.random.of(WORDS).bytes())),
        }
    }

    /// Inserts a part of up to [`MOST_GROWTH`] bytes.
    fn grow(&mut self, input: &mut Vec<u8>) {
        let at = self.random.below(input.len() + 1);
        // Each power of two is as likely as the next.
        let smaller = self.random.below(8);
        let repeated = |piece: &[u8]| {
            let most = if piece.contains(&b'\n') && piece.len() > 1 { MOST_GROWTH_OF_LINES } else { MOST_GROWTH };
            piece.repeat((most >> smaller) / piece.len().max(1))
        };
        let part = match self.random.below(4) {
            0 => {
                let end = (at + 1 + self.random.below(200)).min(input.len());
                repeated(&input[at..end])
            }
            1 => repeated(input),
            2 => {
                let (open, close) = self.random.of(PAIRS);
                let times = (MOST_GROWTH >> smaller) / (open.len() + close.len());
                let closed = if self.random.below(2) == 0 { times } else { 0 };
                [open.repeat(times), close.repeat(closed)].concat().into_bytes()
            }
            _ => repeated(self.random.of(REPEATED).as_bytes()),
        };
        input.splice(at..at, part);
    }
}
