//! What `ADD` of an address downloads.
//!
//! Owns one address of this machine, `http://127.0.0.1:48080/` and anything below, and what is found there: a script that
//! says `downloaded`. Must not know which case asks.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const ADDRESS: &str = "127.0.0.1:48080";
const SCRIPT: &str = "#!/bin/sh\necho downloaded\n";

/// Answers for as long as the tests run.
pub fn serve() {
    thread::spawn(|| {
        loop {
            match TcpListener::bind(ADDRESS) {
                Ok(listener) => listener.incoming().flatten().for_each(|stream| drop(answer(stream))),
                // Another run of these tests answers, and may end before this one does.
                Err(_) => thread::sleep(Duration::from_millis(50)),
            }
        }
    });
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    let request: Vec<String> = BufReader::new(&stream)
        .lines()
        .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .collect::<io::Result<_>>()?;
    let length = SCRIPT.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    let asks_for_content = request.first().is_some_and(|line| line.starts_with("GET "));
    if asks_for_content { stream.write_all(SCRIPT.as_bytes()) } else { Ok(()) }
}
