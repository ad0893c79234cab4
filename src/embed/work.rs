//! Embeds many texts on many threads. Each worker takes texts, tokenizes them, runs the encoder, pools, and returns the
//! results. No worker waits for another, and the caller reads and stores meanwhile.

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

/// The greatest number of tokens in a batch, unless one text has more.
const BATCH_TOKENS: usize = 512;

/// The number of texts that a worker takes at once. This many abstracts fill a few batches.
pub const TEXTS_PER_TASK: usize = 16;

/// A step of [`Embedder::embed_each`].
#[derive(Debug)]
pub enum Work<'a, K> {
    /// The caller adds the next texts, at most [`TEXTS_PER_TASK`], each with its key. If it adds none, the stream ends.
    Next(&'a mut Vec<(K, String)>),
    /// The results of a task. Tasks are returned in the order in which they finish.
    Done(Vec<(K, Embedded)>),
}

impl Embedder {
    /// Embeds a stream of texts on `threads` threads, or on the calling thread if `threads` is 0 or 1. `step` supplies
    /// the texts and receives the results. It is called only on the calling thread, while the other threads work, and
    /// never again after it has failed.
    ///
    /// # Errors
    /// The errors of `step` and of [`embed`](Self::embed).
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
        // Two tasks for each worker: one in work and one waiting, so workers are busy while the caller stores results.
        let ready = 2 * threads;
        let (tasks, waiting) = sync_channel::<Vec<(K, String)>>(ready);
        let waiting = Mutex::new(waiting);
        std::thread::scope(|scope| {
            // However this closure ends, it drops `tasks` and `finished`, and the workers stop after their current
            // task.
            let tasks = tasks;
            let (results, finished) = channel();
            for _ in 0..threads {
                let (waiting, results) = (&waiting, results.clone());
                scope.spawn(move || {
                    // Sends a panic to the caller; the other workers stop.
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
            let (mut unfinished, mut more) = (0, true);
            loop {
                while more && unfinished < ready {
                    match next(&mut step)? {
                        Some(texts) => {
                            // Never blocks, because there is room for all unfinished tasks. Never fails, because
                            // `waiting` still exists.
                            let _ = tasks.send(texts);
                            unfinished += 1;
                        }
                        None => more = false,
                    }
                }
                if unfinished == 0 {
                    return Ok(());
                }
                match finished.recv() {
                    Ok(Ok(result)) => {
                        unfinished -= 1;
                        step(Work::Done(result?))?;
                    }
                    Ok(Err(panic)) => resume_unwind(panic),
                    Err(_) => unreachable!("a worker only stops after the last task, or after it has sent its panic"),
                }
            }
        })
    }

    /// Embeds texts on the calling thread, in their order.
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

    /// Embeds one text on the calling thread. Errors as for [`embed`](Self::embed).
    pub fn embed_one(&self, text: &str, side: Side) -> Result<Embedded> {
        let mut embedded = self.embed(&[text], side, &mut |_| ())?;
        embedded.pop().ok_or(Error::EmptyText)
    }

    /// Embeds texts on all cores; the results are in the order of the texts. Calls `progress` with the number of texts
    /// done since the last call.
    ///
    /// # Errors
    /// [`Error::EmptyText`] if a text has no tokens; [`Error::Encoder`] if the tokenizer or candle fails;
    /// [`Error::InvalidVector`] if a vector is zero or not finite.
    pub fn embed(&self, texts: &[&str], side: Side, progress: &mut dyn FnMut(usize)) -> Result<Vec<Embedded>> {
        let mut waiting = texts.iter().enumerate();
        let mut embedded = vec![None; texts.len()];
        let threads = rayon::current_num_threads().min(texts.len());
        // Tasks are small, so that the threads finish at about the same time.
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
        // Every text has its result.
        Ok(embedded.into_iter().flatten().collect())
    }

    /// Embeds papers on all cores and returns the results in the order of the papers. The sentences of a text are the
    /// given ranges, which must ascend and not overlap. A range after the model's `max_tokens` gets no vector.
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

    /// Pools the vectors of a text's tokens into the vectors of the text and of its sentences.
    fn pool(&self, vectors: &[f32], tokens: &Tokens) -> Result<Embedded> {
        let dim = self.dim();
        let sentence = |sentence: &SentenceTokens| {
            let own = &vectors[sentence.tokens.start * dim..sentence.tokens.end * dim];
            // Texts of papers are far shorter than 4 GiB.
            let range = sentence.range.start as u32..sentence.range.end as u32;
            // Always pools by the mean, because a sentence has no special token of its own.
            Ok(SentenceVector { range, vector: ByteEmbedding::new(&Pooling::Mean.apply(own, dim))? })
        };
        Ok(Embedded {
            vector: Embedding::new(self.folder.pooling.apply(vectors, dim))?,
            sentences: tokens.sentences.iter().map(sentence).collect::<Result<_>>()?,
        })
    }
}

/// Returns the next texts, or `None` at the end of the stream.
fn next<K>(step: &mut impl FnMut(Work<K>) -> Result<()>) -> Result<Option<Vec<(K, String)>>> {
    let mut texts = Vec::new();
    step(Work::Next(&mut texts))?;
    Ok((!texts.is_empty()).then_some(texts))
}

/// Returns the next task, or `None` after the last.
fn take<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
