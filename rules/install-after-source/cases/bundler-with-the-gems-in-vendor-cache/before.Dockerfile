FROM ruby:3.3-slim
WORKDIR /app
ENV BUNDLE_FROZEN=1
COPY . .
RUN bundle install --jobs 4
CMD ["ruby", "app.rb"]
