using Disentangle.ML.Packages.Tests;

[assembly: AssemblyFixture(typeof(PackageFeed))]
