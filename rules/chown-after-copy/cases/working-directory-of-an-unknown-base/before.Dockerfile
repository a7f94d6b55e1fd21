FROM example.com/team/base:1
COPY . /vt/src
RUN make build
RUN chown -R 1001:1001 /vt
USER 1001
