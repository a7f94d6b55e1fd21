FROM registry.example.com/team/notebook:1
COPY s2i /home/demo/s2i
RUN chgrp -R 0 /home/demo
USER 1000
