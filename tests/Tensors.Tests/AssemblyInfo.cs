using Xunit.Sdk;
using Xunit.v3;

// The register width is set for the whole process.
[assembly: Parallelization(Mode = ParallelMode.None)]
