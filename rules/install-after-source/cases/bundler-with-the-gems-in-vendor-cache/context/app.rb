require_relative "lib/text"
