defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: File.read!("VERSION"), deps: [{:jason, "1.4.1"}]]
  end
end
