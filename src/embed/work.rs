//! Many texts on many threads: each worker takes texts, tokenizes them, runs the encoder, pools, and hands the results back,
//! so that no thread waits for another and reading and storing go on beside the encoding.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::embedder::{Embedder, Side};
use super::encoder::Worker;
use super::pooling::Pooling;
use super::tokenize::{SentenceTokens, Tokens};
use crate::vector::{ByteEmbedding, Embedded, Embedding, SentenceVector};
use crate::{Error, Result};

/// Tokens that a worker takes through the model at once, unless one text has more.
const BATCH_TOKENS: usize = 512;

/// Texts that a worker takes at once: enough to fill a few batches of abstracts.
pub const TEXTS_PER_TASK: usize = 16;

/// A step of [`Embedder::embed_each`], told to the caller on the caller's own thread.
#[derive(Debug)]
pub enum Work<'a, K> {
    /// More texts are wanted, [`TEXTS_PER_TASK`] or fewer, each under a key of its own. None means that there are no more.
    Next(&'a mut Vec<(K, String)>),
    /// These are done; the order is that in which they were finished.
    Done(Vec<(K, Embedded)>),
}

impl Embedder {
    /// Embeds a stream of texts on `threads` threads; on the calling one if that is 1 or 0. `step` gives the texts and takes the results; it is called on this
    /// thread only, while the others work. Once it has failed it is not called again, and its error is returned.
    ///
    /// # Errors
    /// Those of `step`, and those of [`embed`](Self::embed).
    pub fn embed_each<K: Send>(
        &self,
        side: Side,
        threads: usize,
        mut step: impl FnMut(Work<K>) -> Result<()>,
    ) -> Result<()> {
        if threads <= 1 {
            let mut worker = self.encoder.worker();
            while let Some(texts) = next(&mut step)? {
                step(Work::Done(self.run(&mut *worker, side, texts)?))?;
            }
            return Ok(());
        }
        // Enough tasks lie ready that no worker waits while the caller stores.
        let ready = 2 * threads;
        let (tasks, waiting) = sync_channel::<Vec<(K, String)>>(ready);
        let waiting = Mutex::new(waiting);
        std::thread::scope(|scope| {
            // Both ends are dropped when this closure ends, in whatever way: the workers then stop after their task.
            let tasks = tasks;
            let (results, finished) = channel();
            for _ in 0..threads {
                let (waiting, results) = (&waiting, results.clone());
                scope.spawn(move || {
                    // A panic is the caller's to see, and the other workers' to stop for.
                    let work = || {
                        let mut worker = self.encoder.worker();
                        while let Some(texts) = take(waiting) {
                            if results.send(Ok(self.run(&mut *worker, side, texts))).is_err() {
                                return;
                            }
                        }
                    };
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
                        let _ = results.send(Err(panic));
                    }
                });
            }
            drop(results);
            let (mut under_way, mut more) = (0, true);
            loop {
                while more && under_way < ready {
                    match next(&mut step)? {
                        Some(texts) => {
                            // There is room for as many as are under way, and `waiting` outlives this.
                            let _ = tasks.send(texts);
                            under_way += 1;
                        }
                        None => more = false,
                    }
                }
                if under_way == 0 {
                    return Ok(());
                }
                match finished.recv() {
                    Ok(Ok(result)) => {
                        under_way -= 1;
                        step(Work::Done(result?))?;
                    }
                    Ok(Err(panic)) => resume_unwind(panic),
                    Err(_) => unreachable!("a worker stops only when there are no more tasks, or tells its panic"),
                }
            }
        })
    }

    /// Embeds a task's texts on the calling thread, in their order.
    fn run<K>(&self, worker: &mut dyn Worker, side: Side, texts: Vec<(K, String)>) -> Result<Vec<(K, Embedded)>> {
        let prompt = match side {
            Side::Paper => &self.folder.prompts.paper,
            Side::Query => &self.folder.prompts.query,
        };
        let tokenized = texts.into_iter().map(|(key, text)| {
            if text.trim().is_empty() {
                return Err(Error::EmptyText);
            }
            Ok((key, self.tokenizer.encode(prompt, &text)?))
        });
        self.run_tokens(worker, tokenized.collect::<Result<_>>()?)
    }

    /// Embeds one text, on the calling thread. Errors as for [`embed`](Self::embed).
    pub fn embed_one(&self, text: &str, side: Side) -> Result<Embedded> {
        let mut embedded = self.embed(&[text], side, &mut |_| ())?;
        embedded.pop().ok_or(Error::EmptyText)
    }

    /// Embeds texts on all cores; results are in the order of the texts. Calls `progress` with the number of texts done
    /// since the last call.
    ///
    /// # Errors
    /// [`Error::EmptyText`] when one of the texts has no tokens; [`Error::Encoder`] when tokenizer or candle fail;
    /// [`Error::InvalidVector`] when a vector has no direction.
    pub fn embed(&self, texts: &[&str], side: Side, progress: &mut dyn FnMut(usize)) -> Result<Vec<Embedded>> {
        let mut waiting = texts.iter().enumerate();
        let mut embedded = vec![None; texts.len()];
        let threads = rayon::current_num_threads().min(texts.len());
        // Small enough that the threads finish at about the same time.
        let per_task = texts.len().div_ceil(4 * threads.max(1)).min(TEXTS_PER_TASK);
        self.embed_each(side, threads, |step| {
            match step {
                Work::Next(texts) => {
                    texts.extend(waiting.by_ref().take(per_task).map(|(at, text)| (at, text.to_string())))
                }
                Work::Done(results) => {
                    progress(results.len());
                    for (at, result) in results {
                        embedded[at] = Some(result);
                    }
                }
            }
            Ok(())
        })?;
        // Every text was handed out, and every one that was came back.
        Ok(embedded.into_iter().flatten().collect())
    }

    /// Embeds papers on all cores, in their order, with a vector for each of the given ranges of a text instead of the
    /// sentences that are found in it. The ranges are ascending and apart; one behind the model's `max_tokens` has none.
    ///
    /// # Errors
    /// As for [`embed`](Self::embed).
    pub fn embed_split(&self, texts: &[(String, Vec<Range<usize>>)]) -> Result<Vec<Embedded>> {
        let tasks = texts.par_chunks(TEXTS_PER_TASK).map(|texts| {
            let prompt = &self.folder.prompts.paper;
            let tokens = |(text, ranges): &(String, Vec<Range<usize>>)| {
                Ok(((), self.tokenizer.encode_split(prompt, text, ranges.clone())?))
            };
            let tokens = texts.iter().map(tokens).collect::<Result<_>>()?;
            self.run_tokens(&mut *self.encoder.worker(), tokens)
        });
        let done: Vec<Vec<((), Embedded)>> = tasks.collect::<Result<_>>()?;
        Ok(done.into_iter().flatten().map(|((), embedded)| embedded).collect())
    }

    fn run_tokens<K>(&self, worker: &mut dyn Worker, tokenized: Vec<(K, Tokens)>) -> Result<Vec<(K, Embedded)>> {
        if tokenized.iter().any(|(_, tokens)| tokens.ids.is_empty()) {
            return Err(Error::EmptyText);
        }
        let mut done = Vec::with_capacity(tokenized.len());
        let mut rest = tokenized.into_iter().peekable();
        while rest.peek().is_some() {
            let mut batch = Vec::new();
            let mut room = BATCH_TOKENS;
            while let Some((key, tokens)) = rest.next_if(|(_, next)| batch.is_empty() || next.ids.len() <= room) {
                room = room.saturating_sub(tokens.ids.len());
                batch.push((key, tokens));
            }
            let ids: Vec<&[u32]> = batch.iter().map(|(_, tokens)| tokens.ids.as_slice()).collect();
            let mut vectors = worker.encode(&ids)?;
            for (key, tokens) in batch {
                let (own, others) = vectors.split_at(tokens.ids.len() * self.dim());
                vectors = others;
                done.push((key, self.pool(own, &tokens)?));
            }
        }
        Ok(done)
    }

    /// The vector of a text and those of its sentences, from those of its tokens.
    fn pool(&self, vectors: &[f32], tokens: &Tokens) -> Result<Embedded> {
        let dim = self.dim();
        let sentence = |sentence: &SentenceTokens| {
            let own = &vectors[sentence.tokens.start * dim..sentence.tokens.end * dim];
            // Texts of papers are far shorter than 4 GiB.
            let range = sentence.range.start as u32..sentence.range.end as u32;
            // The mean whatever the pooling: a sentence has no first token of its own.
            Ok(SentenceVector { range, vector: ByteEmbedding::new(&Pooling::Mean.apply(own, dim))? })
        };
        Ok(Embedded {
            vector: Embedding::new(self.folder.pooling.apply(vectors, dim))?,
            sentences: tokens.sentences.iter().map(sentence).collect::<Result<_>>()?,
        })
    }
}

fn next<K>(step: &mut impl FnMut(Work<K>) -> Result<()>) -> Result<Option<Vec<(K, String)>>> {
    let mut texts = Vec::new();
    step(Work::Next(&mut texts))?;
    Ok((!texts.is_empty()).then_some(texts))
}

/// The next task, or nothing when there will be none.
fn take<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
