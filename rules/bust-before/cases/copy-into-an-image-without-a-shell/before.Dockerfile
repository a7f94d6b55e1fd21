FROM scratch AS files
COPY src /
