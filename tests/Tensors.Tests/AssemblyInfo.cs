// The register width is set for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
