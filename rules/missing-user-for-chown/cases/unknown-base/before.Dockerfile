FROM example.com/team/base:1
COPY --chown=app:app notes.txt /notes.txt
USER app
RUN echo hello
