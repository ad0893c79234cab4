//! Examples of what each parser reads.

pub const JSON_LINES: &[&str] = &[
    "{\"id\": \"a1\", \"title\": \"On bees\", \"abstract\": \"Bees hum.\", \"authors\": [\"Ada Byron\", {\"name\": \"Carl Gauss\"}], \"year\": 2018, \"venue\": \"Bee Letters\", \"doi\": \"10.1234/x\", \"categories\": \"cs.CL cs.LG\"}\n{\"title\": \"Hives\"}\n",
    "{\"id\": \"2101.00001\", \"title\": \"On\\n  bees\", \"abstract\": \"  Bees hum.\\n\", \"authors\": \"Ada Byron and Carl Gauss\", \"authors_parsed\": [[\"Byron\", \"Ada\", \"\"], [\"Gauss\", \"Carl\", \"Jr.\"]], \"versions\": [{\"version\": \"v1\", \"created\": \"Mon, 4 Jan 2021 00:00:00 GMT\"}], \"categories\": \"cs.CL\", \"update_date\": \"2021-01-05\"}\n",
    "{\"paperId\": \"204e3073870fae3d05bcbc2f6a8e263d9b72e776\", \"externalIds\": {\"ArXiv\": \"1706.03762\", \"DBLP\": \"x/y\", \"CorpusId\": 13756489}, \"title\": \"Bees\", \"abstract\": null, \"publicationDate\": \"2017-06-12\"}\n{\"id\": \"https://openalex.org/W1\", \"display_name\": \"Bees\", \"abstract_inverted_index\": {\"Bees\": [0, 2], \"hum\": [1]}, \"authorships\": [{\"author\": {\"display_name\": \"Ada Byron\"}}]}\n",
];

pub const JSON: &[&str] = &[
    "[{\"type\": \"article-journal\", \"id\": \"byron\", \"title\": \"On bees\", \"author\": [{\"family\": \"Byron\", \"given\": \"Ada\"}, {\"literal\": \"Hive Group\"}], \"issued\": {\"date-parts\": [[2018, 3, 5]]}, \"container-title\": \"Bee Letters\", \"DOI\": \"10.1234/x\", \"page\": \"12-34\", \"abstract\": \"<jats:p>Bees hum.</jats:p>\"}]",
    "{\"status\": \"ok\", \"message\": {\"items\": [{\"title\": [\"On bees\"], \"author\": [{\"given\": \"Ada\", \"family\": \"Byron\", \"affiliation\": [{\"name\": \"Hive\"}]}], \"published\": {\"date-parts\": [[2018]]}, \"DOI\": \"10.1234/x\"}]}}",
    "{\"title\": \"On bees\", \"abstract\": \"Bees hum.\"}",
];

pub const CSV: &[&str] = &[
    "id,title,abstract,authors,year,venue,doi\na1,\"On bees, and \"\"wasps\"\"\",\"Bees\nhum.\",\"Byron, Ada; Gauss, Carl\",2018,Bee Letters,10.1234/x\na2,Hives,,,,,\n",
    "\u{feff}\"Authors\";\"Author full names\";\"Title\";\"Year\";\"Source title\";\"Abstract\"\n\"Byron A.\";\"Byron, Ada (123)\";\"On bees\";\"2018\";\"Bee Letters\";\"[No abstract available]\"\n",
    "title|keywords\nOn bees|wax|honey\n",
];

pub const TSV: &[&str] = &["title\tabstract\tdate\nOn bees\tBees \"hum\".\t2018-03-05\nHives\t\t\n"];

pub const BIBTEX: &[&str] = &[
    "@string{bl = \"Bee \" # {Letters}}\n@article{byron18,\n  author = {Byron, Ada and {Hive Group} and van der Bee, Jr., Maja},\n  title = \"On {B}ees in {\\'E}t{\\'e}: $x_1^2$ \\& \\emph{wasps}\",\n  journal = bl, year = 2018, month = mar # \"~5\", pages = {12--34},\n  doi = {10.1234/x}, abstract = {Bees hum. They {\\\"u}berfly 10\\,\\% of \\textbf{hives}.},\n}\n@inproceedings{gauss, crossref = {proc}, title = {Hives}}\n@proceedings{proc, title = {Proc. of BEE}, year = {2019}}\n@comment{nothing}\n",
    "% A comment\n@online{a, title={On Bees}, date={2018-03/2019-04}, eprint={2101.00001}, eprinttype={arxiv}, eprintclass={cs.CL}, keywords={wax, honey}, xdata={b}}\n@xdata{b, publisher = {Hive}}\n",
];

pub const RIS: &[&str] = &[
    "TY  - JOUR\r\nTI  - On Bees\r\nAU  - Byron, Ada\r\nAU  - King, Martin, Jr.\r\nT2  - Bee Letters\r\nAB  - They hum.\r\nDA  - 2019/06/12/\r\nPY  - 2019\r\nDO  - 10.1234/X\r\nVL  - 7\r\nIS  - 2\r\nSP  - 12\r\nEP  - 34\r\nJ2  - Bee Lett.\r\nLA  - en\r\nSN  - 1234-5678\r\nUR  - https://bees.example/1\r\nKW  - honey\r\nKW  - wax, hard\r\nER  - \r\n\r\n",
    "TY  - CHAP\nT1  - Hives\nA1  - Noether, Emmy\nED  - Byron, Ada\nBT  - The Book of Bees\nY1  - 2012///Spring\nN2  - They hum.\nand fly.\nER  -\n",
];

pub const NBIB: &[&str] = &[
    "PMID- 12345678\nOWN - NLM\nIS  - 1234-5678 (Electronic)\nVI  - 7\nDP  - 2011 Jun 15\nTI  - On bees that hum in the\n      evening.\nPG  - 12-9\nLID - 10.1234/bees.7 [doi]\nAB  - BACKGROUND: Bees hum.\n      METHODS: We listened.\nCI  - Copyright the bees.\nFAU - Byron, Ada K\nAU  - Byron AK\nAD  - Hive, Garden.\nCN  - Bee Group\nLA  - eng\nPT  - Journal Article\nTA  - Bee Lett\nJT  - Letters on bees\nMH  - *Bees/physiology\nPMC - PMC1234567\nSO  - Bee Lett. 2011.\n\nPMID- 23456789\nTI  - Hives\nBTI - The book of bees\nFED - Noether, Emmy\nDP  - 2012 Spring\n",
];

pub const ENW: &[&str] = &[
    "%0 Journal Article\n%A Byron, Ada\n%A Gauss, Carl\n%D 1999\n%T On Bees\n%J Bee Letters\n%V 7\n%N 2\n%P 12-34\n%@ 1234-5678\n%K honey\nwax\n%X First part.\n\nSecond part.\n%8 June 3\n%U https://bees.example/1\n%R 10.1234/x\n%+ Hive, Garden\n%Z A note\n\n%0 Thesis\n%A Noether, Emmy\n%T Hives\n%I University of Bees\n%9 Ph.D.\n",
    "%0 Serial\n%T 蜜蜂\n%A 余敏\n%J 蜂学\n%K 蜂蜜 蜂蜡 Bees\n%X 摘要.\n",
];

pub const WOS: &[&str] = &[
    "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Byron, A\n   Gauss, CF\nAF Byron, Ada\n   Gauss, Carl Friedrich\nTI On bees that hum in\n   the evening\nSO BEE LETTERS\nDT Article; Proceedings Paper\nDE honey; bees\n   wax\nAB Bees hum.\n   They fly.\nC1 [Byron, Ada] Univ Bees, Hive, Garden.\nCR NOETHER E, 1921, MATH ANN, V83, P24\nSN 1234-5678\nPD SEP 22\nPY 2010\nVL 5\nBP 12\nEP 34\nDI 10.1234/x\nUT WOS:0001\nER\n\nPT B\nAU Noether, E\nTI Hives\nSO The Book of Bees\nER\n\nEF\n",
];

pub const REFWORKS: &[&str] = &[
    "Refworks Export Tagged Format\n\nBEGIN EXPORTED REFERENCES\n\nRT Journal Article\nSR Electronic(1)\nID 12\nA1 Byron,Ada\nA1 Gauss,Carl\nT1 On Bees\nJF Bee Letters\nYR 2003\nFD June 3\nVO 29\nSP 12\nOP 34\nK1 honey\nAB They hum.\nAnd fly.\nNO doi: 10.1234/x\nLK https://bees.example/1\n\nRT Book, Section\nSR Print(0)\nA1 Noether,Emmy\nT1 Hives\nT2 The Book of Bees\n\nEND EXPORTED REFERENCES\n",
];

pub const OVID: &[&str] = &[
    "<1. >\r\nVN  - Ovid Technologies\r\nAU  - Byron, Ada [Author, Reprint Author; E-mail: a@bees.example]\r\nTI  - On Bees.\r\nSO  - Bee Letters. 201(2-3):327-334, November 15, 2004.\r\nIS  - 1234-5678 (ISSN print)\r\nAB  - They hum.\r\nYR  - 2004\r\n\r\n<2>\r\nUnique Identifier\r\n  123\r\nAuthors\r\n  Noether E.\r\n  Byron AK.\r\nTitle\r\n  Hives.\r\nAbstract\r\n  BACKGROUND: Bees\r\n  hum.\r\nSource\r\n  Bee Letters. 7:12-34, 2011 Jun.\r\n",
];

pub const XML: &[&str] = &[
    "<?xml version=\"1.0\"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version=\"1\">12</PMID><Article><Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>3</Volume><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate></JournalIssue><Title>Journal of bees</Title></Journal><ArticleTitle>CO<sub>2</sub> in <i>Apis</i>.</ArticleTitle><Abstract><AbstractText Label=\"BACKGROUND\">10<sup>3</sup> bees &lt; 3.</AbstractText></Abstract><AuthorList><Author><LastName>van der Bee</LastName><ForeName>Maja B</ForeName></Author></AuthorList></Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType=\"doi\">10.1000/a</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>",
    "<feed xmlns:arxiv=\"http://arxiv.org/schemas/atom\"><title>arXiv Query</title><entry><id>http://arxiv.org/abs/2101.00001v2</id><published>2021-01-02T03:04:05Z</published><title>On\n  bees</title><summary>  Bees hum. </summary><author><name>Ada Byron</name></author><arxiv:doi>10.1000/a</arxiv:doi><category term=\"cs.CL\"/></entry></feed>",
    "<OAI-PMH><ListRecords><record><header><identifier>oai:arXiv.org:2101.00001</identifier><datestamp>2021-01-05</datestamp></header><metadata><arXiv><id>2101.00001</id><created>2021-01-02</created><authors><author><keyname>Byron</keyname><forenames>Ada</forenames></author></authors><title>On bees</title><categories>cs.CL</categories><abstract>Bees hum.</abstract></arXiv></metadata></record><record><metadata><oai_dc:dc><dc:title>Hives</dc:title><dc:creator>Gauss, Carl</dc:creator><dc:date>2012</dc:date></oai_dc:dc></metadata></record></ListRecords></OAI-PMH>",
    "<pmc-articleset><article xml:lang=\"en\"><front><journal-meta><journal-title>J. of Bees</journal-title></journal-meta><article-meta><article-id pub-id-type=\"doi\">10.1000/a</article-id><title-group><article-title>On <italic>Apis</italic><xref>1</xref></article-title></title-group><contrib-group><contrib contrib-type=\"author\"><name><surname>Byron</surname><given-names>Ada</given-names></name></contrib></contrib-group><pub-date><day>4</day><month>3</month><year>2021</year></pub-date><abstract><sec><title>Aim</title><p>Bees.</p></sec></abstract></article-meta></front><body><p>Long text.</p></body></article></pmc-articleset>",
    "<modsCollection><mods ID=\"a\"><titleInfo><nonSort>The</nonSort><title>bees</title></titleInfo><name type=\"personal\"><namePart type=\"family\">Byron</namePart><namePart type=\"given\">Ada</namePart></name><abstract>Hum.</abstract><identifier type=\"doi\">10.1000/a</identifier><relatedItem type=\"host\"><titleInfo><title>J. of Bees</title></titleInfo><part><extent unit=\"page\"><start>12</start><end>14</end></extent></part></relatedItem></mods></modsCollection>",
    "<xml><records><record><source-app name=\"EndNote\"/><ref-type name=\"Journal Article\">17</ref-type><contributors><authors><author>Byron, Ada</author></authors></contributors><titles><title><style face=\"normal\">On </style><style face=\"italic\">Apis</style></title></titles><dates><year>2015</year></dates><electronic-resource-num>10.1000/a</electronic-resource-num></record></records></xml>",
    "<rdf:RDF>\n<bib:Article rdf:about=\"https://hive.example/1\"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource=\"urn:issn:1234-5678\"/><bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Byron</foaf:surname></foaf:Person></rdf:li><rdf:li rdf:nodeID=\"b\"/></rdf:Seq></bib:authors><dc:title>On bees</dc:title><dcterms:abstract>Hum.</dcterms:abstract></bib:Article>\n<bib:Journal rdf:about=\"urn:issn:1234-5678\"><dc:title>J. of Bees</dc:title></bib:Journal><foaf:Person rdf:nodeID=\"b\"><foaf:name>Carl Gauss</foaf:name></foaf:Person></rdf:RDF>",
    "<doi_records><doi_record><crossref><journal><journal_metadata><full_title>J. of Bees</full_title></journal_metadata><journal_article><titles><title>On bees</title></titles><contributors><person_name contributor_role=\"author\"><given_name>Ada</given_name><surname>Byron</surname></person_name></contributors><publication_date><year>2012</year></publication_date><doi_data><doi>10.1000/a</doi></doi_data></journal_article></journal></crossref></doi_record></doi_records>",
    "<collection><record><leader>01142cam  2200301 a 4500</leader><datafield tag=\"245\"><subfield code=\"a\">On bees :</subfield><subfield code=\"b\">a study /</subfield></datafield><datafield tag=\"100\"><subfield code=\"a\">Byron, Ada,</subfield></datafield></record></collection>",
    "<dblp><article key=\"journals/bee/Byron18\"><author>Ada Byron 0001</author><title>On bees.</title><year>2018</year><journal>Bee Lett.</journal><ee>https://doi.org/10.1000/a</ee></article></dblp>",
    "<collection id=\"P18\"><volume id=\"1\"><meta><booktitle>Proc. of BEE</booktitle><year>2018</year></meta><paper id=\"1\"><title>On <fixed-case>B</fixed-case>ees</title><author><first>Ada</first><last>Byron</last></author><abstract>Bees hum.</abstract></paper></volume></collection>",
    "<resource><titles><title>On bees</title></titles><creators><creator><creatorName>Byron, Ada</creatorName></creator></creators><publicationYear>2018</publicationYear><identifier identifierType=\"DOI\">10.1000/a</identifier></resource>",
    "<rss version=\"2.0\"><channel><title>cs.CL updates</title><item><title>On bees</title><link>https://arxiv.org/abs/2101.00001</link><description>arXiv:2101.00001v1 Announce Type: new \nAbstract: Bees hum.</description><dc:creator>Ada Byron, Carl Gauss</dc:creator></item></channel></rss>",
];

pub const LISTING: &[&str] = &[
    "Trending papers\nSort by date\nLGJun 4, 2018Code\nBees, wasps, and neural networksAda K. Byron, Carl Gauss, Emmy Noether et al. · a-lab, b-university\nBees hum in networks.\n\nCLDec 13, 2021\nA hive without words: what bees say?Zoë van der Dam\n\nAIMay 1, 2020\nOnly a title here\nNEJan 9, 2019\nLearning to Hum with LSTMsDeepHive Team, Ada K. Byron\nAn abstract\nover lines.\n",
];

pub const NAMES: &[&str] = &[
    "van der Bee, Jr., Maja and {Hive Group} and Byron, Ada K. and others",
    "Ada Byron; Carl Friedrich Gauss; Ludwig van Beethoven III",
    "https://doi.org/10.1234/x.y(2)",
    "arXiv:2101.00001v2 [cs.CL]",
    "余敏",
];

pub const LATEX: &[&str] = &[
    "\\documentclass{article}\n\\newcommand{\\bees}[1]{bees #1}\n\\begin{document}\n\\section{On bees}\nBees \\emph{hum} \\cite[p.~3]{byron18, gauss}, as in \\citet{noether}. % a comment\n\\input{chapter}\n\\begin{verbatim}\n\\cite{none}\n\\end{verbatim}\n\\iffalse never \\fi See \\href{https://arxiv.org/abs/2101.00001}{this}.\n\\begin{thebibliography}{9}\n\\bibitem{byron18} A. Byron. \\newblock On bees. 2018. doi:10.1234/x.\n\\end{thebibliography}\n\\bibliography{refs}\n\\end{document}\n",
];

pub const MARKDOWN: &[&str] = &[
    "---\ntitle: On bees\nbibliography: [refs.bib]\n---\n# On bees\n\nBees hum [@byron18, p. 3; -@gauss] as @noether says.[^1] See <https://arxiv.org/abs/2101.00001> and [this](https://doi.org/10.1234/x).\n\n```\n[@none]\n```\n\n| a | b |\n|---|---|\n| @c | d |\n\n> *quoted* **text**\n\n[^1]: A note [@wax].\n\n## References\n\n- Byron, A. (2018). On bees. *Bee Letters* 7.\n",
];

pub const PLAIN: &[&str] = &[
    "On bees\n\nBees hum (Byron, 2018). They fly in the evening [1]; see arXiv:2101.00001.\n\nReferences\n\n[1] A. Byron. On bees. Bee Letters 7, 12-34 (2018). doi:10.1234/x\n[2] C. Gauss, Hives. 2019.\n",
];

pub const QUESTIONS: &[&str] = &[
    "graph networks NOT molecules \"message passing\" (author:battaglia OR author:kipf) year:2018..2021",
    "title:(bees OR wasps) -abstract:\"in the evening\" danc* since:2018-03 until:2019 has:abstract",
    "byron 2018 bee letters",
    "wie tanzen Bienen am Abend?",
    "venue:\"Bee Letters\" category:cs.CL source:papers.jsonl",
];

pub const CONDITIONS: &[&str] =
    &["2018\n2018-03\n2018-03-05\n2018..2021\n..2021\n2018..\nBee Letters\ncs.CL\nByron, Ada\ncs:cs:LG\nabstract\n"];

pub const LIBRARY: &[&str] = &[
    "{\"id\": \"b1\", \"title\": \"On bees that dance in the evening\", \"abstract\": \"Bees dance. They find flowers by the sun, and other bees follow them.\", \"authors\": [\"Ada Byron\", \"Carl Gauss\"], \"year\": 2018, \"venue\": \"Bee Letters\", \"categories\": [\"cs.CL\"]}",
    "{\"id\": \"b2\", \"title\": \"Hives as graph networks\", \"abstract\": \"Message passing between hives. We model bees as molecules.\", \"authors\": [\"Emmy Noether\"], \"year\": 2020, \"venue\": \"Bee Letters\"}",
    "{\"id\": \"b3\", \"title\": \"Wie tanzen Bienen?\", \"abstract\": \"Bienen tanzen am Abend. Andere Bienen folgen ihnen zu den Blumen auf der Wiese.\", \"authors\": [\"Karl von Frisch\"], \"year\": 1965}",
    "{\"id\": \"b4\", \"title\": \"Wasps\", \"abstract\": \"Wasps do not dance. They hum, and we do not know why.\", \"date\": \"2021-02-03\", \"arxiv_id\": \"2102.00001\"}",
    "{\"id\": \"b5\", \"title\": \"A survey of humming\", \"year\": 2019}",
];

pub const PAPER_LISTS: &[&str] = &[
    "2101.00001\n10.1234/x\nOn bees that dance\nhttps://arxiv.org/abs/1706.03762\n",
    "{\"title\": \"On bees\", \"abstract\": \"Bees hum.\"}\n",
    "@article{a, title={On Bees}, year=2018}\n",
];

pub const QUERIES: &[&str] = &[
    "{\"id\": \"q1\", \"text\": \"robots that learn to walk\"}\n{\"id\": \"q2\", \"seeds\": [\"1706.03762\"], \"not\": [\"1810.04805\"], \"candidates\": [\"a\", \"b\"]}\n{\"id\": \"q3\", \"seeds\": [\"1706.03762\"], \"facet\": \"method\"}\n",
];

pub const JUDGEMENTS: &[&str] = &["q1 0 a 2\nq1 0 b 0\nq2 0 a -1\nq2 0 a 1\n"];

pub const RUNS: &[&str] = &["q1 Q0 a 1 0.9 relata\nq1 Q0 b 2 1e-3 relata\nq2 Q0 a 1 -0.5 relata\n"];

pub const REPORTS: &[&str] = &[
    "{\"schema_version\": 1, \"report\": {\"title\": \"Bees\", \"made_at\": \"2026-11-01\", \"model\": \"m\", \"library_papers\": 3, \"top_k\": 2, \"sections\": [\"nearest\", \"within\", \"clusters\"]}, \"papers\": [{\"paper\": {\"id\": \"a\", \"title\": \"On bees\"}, \"nearest\": [{\"score\": 0.9, \"paper\": {\"id\": \"c\", \"title\": \"Hives\"}}], \"within\": [{\"score\": 0.5, \"place\": 1}]}, {\"paper\": {\"id\": \"b\", \"title\": \"On wasps\"}, \"nearest\": [], \"within\": [{\"score\": 0.5, \"place\": 0}]}], \"clusters\": [{\"papers\": [0, \"b\"], \"terms\": [\"bees\"]}]}",
];

pub const REQUESTS: &[&str] = &[
    "{\"papers\": [\"1706.03762\"], \"like\": [{\"name\": \"mine\", \"papers\": [{\"title\": \"On bees\", \"abstract\": \"Bees hum.\"}], \"names\": [\"a\"]}], \"pasted\": {\"name\": \"p\", \"text\": \"Bees\"}, \"text\": \"bees NOT wasps\", \"not\": [\"b\"], \"facet\": \"method\", \"filters\": {\"since\": \"2018\", \"year\": [\"2018..2021\"], \"venue\": [\"Bee\"]}, \"diversity\": 0.3, \"half_life_years\": 2.5, \"top_k\": 10, \"explain\": true}",
    "{\"files\": [\"papers.bib\"], \"all\": true, \"top_k\": 5, \"title\": \"Bees\"}",
    "{\"files\": [\"papers.csv\"], \"format\": \"csv\", \"map\": [\"title=Titel\", \"abstract=Zusammenfassung\"], \"dry_run\": true}",
];

pub const LABELLED: &[&str] = &[
    "{\"sentences\": [\"Bees hum.\", \"We listened.\", \"They hum in A.\"], \"labels\": [\"background\", \"method\", \"result\"]}\n",
];

pub const FACET_MODELS: &[&str] = &[
    "{\"model\":\"m\",\"model_sha256\":\"00\",\"background\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0,1.1,1.2],\"method\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0,1.1,1.2],\"result\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0,1.1,1.2],\"other\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0,1.1,1.2]}",
];

pub const ATOM_PAGES: &[&str] = &[
    "<feed xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\"><opensearch:totalResults>2</opensearch:totalResults><entry><id>http://arxiv.org/abs/2611.00001v1</id><published>2026-11-02T03:04:05Z</published><title>On bees</title><summary>Bees hum.</summary><author><name>Ada Byron</name></author><category term=\"cs.LG\"/></entry><entry><id>http://arxiv.org/abs/2611.00002v1</id><published>2026-11-03T03:04:05Z</published><title>Hives</title><summary>They hum.</summary></entry></feed>",
    "<feed><totalResults>1</totalResults><entry><id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</title><summary>incorrect id format for bee</summary></entry></feed>",
    "<feed><totalResults>9000</totalResults><entry><id>http://arxiv.org/abs/2611.00001v1</id><published>2026-11-02T03:04:05Z</published><title>On bees</title><summary>Bees hum.</summary></entry></feed>",
];

pub const OAI_PAGES: &[&str] = &[
    "<OAI-PMH><responseDate>2026-11-22T00:00:00Z</responseDate><ListRecords><record><header><identifier>oai:arXiv.org:2611.00001</identifier><datestamp>2026-11-05</datestamp></header><metadata><arXiv><id>2611.00001</id><created>2026-11-02</created><authors><author><keyname>Byron</keyname></author></authors><title>On bees</title><abstract>Bees hum.</abstract></arXiv></metadata></record><record><header status=\"deleted\"><datestamp>2026-11-06</datestamp></header></record><resumptionToken expirationDate=\"2026-11-23\">a%3Db</resumptionToken></ListRecords></OAI-PMH>",
    "<OAI-PMH><error code=\"badResumptionToken\">Why</error></OAI-PMH>",
    "<OAI-PMH><error code=\"noRecordsMatch\">None</error></OAI-PMH>",
];

pub const SYNC_STATES: &[&str] = &["{\"from\": \"2026-11-01\", \"token\": \"a%3Db\"}", "{\"from\": \"2026-11-01\"}"];
