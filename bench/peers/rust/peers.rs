// SPDX-License-Identifier: BSD-3-Clause
// Copyright 2026, The miniasync authors

//! peers.rs -- Rust's futures and tokio, with the loads of miniasync's benchmarks, behind a C
//! interface.
//!
//! What is made is handed out as a pointer, and taken back by the function that ends it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::executor::block_on;
use futures::stream::{FuturesUnordered, StreamExt};

/// Wakes itself at each poll but the last.
#[derive(Clone)]
struct Countdown {
    left: u64,
}

impl Future for Countdown {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.left -= 1;
        if self.left == 0 {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

pub struct Crowd(Vec<Countdown>);

/// n futures that want so many polls each, and the last one so many.
#[no_mangle]
pub extern "C" fn rust_crowd_new(n: usize, polls: u64, last_polls: u64) -> *mut Crowd {
    let mut countdowns = vec![Countdown { left: polls }; n];
    countdowns[n - 1].left = last_polls;
    Box::into_raw(Box::new(Crowd(countdowns)))
}

async fn all_of(mut countdowns: Vec<Countdown>) {
    if countdowns.len() == 1 {
        return countdowns.remove(0).await;
    }
    let mut set: FuturesUnordered<Countdown> = countdowns.into_iter().collect();
    while set.next().await.is_some() {}
}

/// Waits for them with the executor of the crate futures; ends the crowd.
///
/// # Safety
/// The crowd comes from rust_crowd_new.
#[no_mangle]
pub unsafe extern "C" fn rust_futures_wait(crowd: *mut Crowd) {
    let crowd = Box::from_raw(crowd);
    block_on(all_of(crowd.0));
}

/// A tokio runtime of so many threads; 0: the calling one.
#[no_mangle]
pub extern "C" fn rust_tokio_new(threads: usize) -> *mut tokio::runtime::Runtime {
    let mut builder = match threads {
        0 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    if threads != 0 {
        builder.worker_threads(threads);
    }
    Box::into_raw(Box::new(builder.build().expect("a tokio runtime")))
}

/// # Safety
/// The runtime comes from rust_tokio_new.
#[no_mangle]
pub unsafe extern "C" fn rust_tokio_delete(runtime: *mut tokio::runtime::Runtime) {
    drop(Box::from_raw(runtime));
}

/// Waits for a crowd in tokio; ends the crowd.
///
/// # Safety
/// The crowd comes from rust_crowd_new, the runtime from rust_tokio_new.
#[no_mangle]
pub unsafe extern "C" fn rust_tokio_wait(
    runtime: *mut tokio::runtime::Runtime,
    crowd: *mut Crowd,
) {
    let crowd = Box::from_raw(crowd);
    (*runtime).block_on(all_of(crowd.0));
}

/// Spawns n tasks that are polled so many times, and waits for all.
///
/// # Safety
/// The runtime comes from rust_tokio_new.
#[no_mangle]
pub unsafe extern "C" fn rust_tokio_spawn(
    runtime: *mut tokio::runtime::Runtime,
    n: usize,
    polls: u64,
) {
    let runtime = &*runtime;
    let tasks: Vec<_> = (0..n).map(|_| runtime.spawn(Countdown { left: polls })).collect();
    runtime.block_on(async {
        for task in tasks {
            task.await.expect("a task");
        }
    });
}

/// A task that spawns the next one, or says that it was the last.
fn spawn_chain(left: u64, done: tokio::sync::oneshot::Sender<()>) {
    tokio::spawn(async move {
        if left > 1 {
            spawn_chain(left - 1, done);
        } else {
            done.send(()).expect("a waiter");
        }
    });
}

/// Spawns so many tasks, each from the one before, and waits for the last.
///
/// # Safety
/// The runtime comes from rust_tokio_new.
#[no_mangle]
pub unsafe extern "C" fn rust_tokio_chain(runtime: *mut tokio::runtime::Runtime, tasks: u64) {
    (*runtime).block_on(async {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        spawn_chain(tasks, sender);
        receiver.await.expect("the last task");
    });
}

/// Two tasks that wake each other, so many times in all.
///
/// # Safety
/// The runtime comes from rust_tokio_new.
#[no_mangle]
pub unsafe extern "C" fn rust_tokio_ping_pong(runtime: *mut tokio::runtime::Runtime, steps: u64) {
    use std::sync::Arc;
    use tokio::sync::Notify;

    async fn play(mine: Arc<Notify>, other: Arc<Notify>, turns: u64) {
        for _ in 0..turns {
            mine.notified().await;
            other.notify_one();
        }
    }

    (*runtime).block_on(async {
        let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        ping.notify_one();
        let first = tokio::spawn(play(ping.clone(), pong.clone(), steps / 2));
        let second = tokio::spawn(play(pong, ping, steps / 2));
        first.await.expect("a task");
        second.await.expect("a task");
    });
}

struct Piece {
    dest: *mut u8,
    src: *const u8,
    size: usize,
}

unsafe impl Send for Piece {}

impl Piece {
    fn copy(self) {
        unsafe { std::ptr::copy_nonoverlapping(self.src, self.dest, self.size) }
    }
}

/// Copies pieces that lie one behind the other, each in a task of its own.
///
/// # Safety
/// The pieces are memory of the caller's, and do not overlap.
#[no_mangle]
pub unsafe extern "C" fn rust_tokio_copy(
    runtime: *mut tokio::runtime::Runtime,
    dest: *mut u8,
    src: *const u8,
    size: usize,
    count: usize,
) {
    let runtime = &*runtime;
    let tasks: Vec<_> = (0..count)
        .map(|i| {
            let piece = Piece { dest: dest.add(i * size), src: src.add(i * size), size };
            runtime.spawn(async move { piece.copy() })
        })
        .collect();
    runtime.block_on(async {
        for task in tasks {
            task.await.expect("a copy");
        }
    });
}

/// An event that one thread waits for and another one causes, once.
pub struct Event {
    sender: Option<futures::channel::oneshot::Sender<()>>,
    receiver: Option<futures::channel::oneshot::Receiver<()>>,
}

#[no_mangle]
pub extern "C" fn rust_event_new() -> *mut Event {
    let (sender, receiver) = futures::channel::oneshot::channel();
    Box::into_raw(Box::new(Event { sender: Some(sender), receiver: Some(receiver) }))
}

/// # Safety
/// The event comes from rust_event_new; it has happened.
#[no_mangle]
pub unsafe extern "C" fn rust_event_delete(event: *mut Event) {
    drop(Box::from_raw(event));
}

/// # Safety
/// The event comes from rust_event_new; one thread calls this, once.
#[no_mangle]
pub unsafe extern "C" fn rust_event_happen(event: *mut Event) {
    let sender = std::ptr::addr_of_mut!((*event).sender);
    (*sender).take().expect("an event happens once").send(()).expect("a waiter");
}

/// # Safety
/// The event comes from rust_event_new; one thread calls this, once.
#[no_mangle]
pub unsafe extern "C" fn rust_futures_wait_for_event(event: *mut Event) {
    let receiver = std::ptr::addr_of_mut!((*event).receiver);
    block_on((*receiver).take().expect("an event is waited for once")).expect("an event");
}

/// # Safety
/// The event comes from rust_event_new, the runtime from rust_tokio_new; one thread calls this, once.
#[no_mangle]
pub unsafe extern "C" fn rust_tokio_wait_for_event(
    runtime: *mut tokio::runtime::Runtime,
    event: *mut Event,
) {
    let receiver = std::ptr::addr_of_mut!((*event).receiver);
    let receiver = (*receiver).take().expect("an event is waited for once");
    (*runtime).block_on(receiver).expect("an event");
}
