Gem::Specification.new { |gem| gem.files = Dir["lib/**/*"] }
