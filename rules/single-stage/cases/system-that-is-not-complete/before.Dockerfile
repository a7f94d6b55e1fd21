FROM ubuntu:24.04
RUN pip3 install argcomplete
RUN apt-get update && apt-get install -y ros-core
COPY app.py /app/
