FROM debian:12 AS a
RUN git clone https://github.com/example/tool /a
FROM debian:12 AS b
RUN git clone https://github.com/example/tool /b
