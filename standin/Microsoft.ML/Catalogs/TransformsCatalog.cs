using Microsoft.ML.Data;
using Microsoft.ML.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data
{
    // The same name and namespace as in ML.NET, where extensions reach the environment by it too.
    internal interface IInternalCatalog
    {
        IHostEnvironment Environment { get; }
    }
}

namespace Microsoft.ML
{
    public sealed class TransformsCatalog : IInternalCatalog
    {
        private readonly HostEnvironment _environment;

        internal TransformsCatalog(HostEnvironment environment)
        {
            _environment = environment;
            Conversion = new ConversionTransforms(environment);
            Text = new TextTransforms(environment);
        }

        public ConversionTransforms Conversion { get; }

        public TextTransforms Text { get; }

        IHostEnvironment IInternalCatalog.Environment => _environment;

        public sealed class ConversionTransforms : IInternalCatalog
        {
            private readonly HostEnvironment _environment;

            internal ConversionTransforms(HostEnvironment environment) => _environment = environment;

            IHostEnvironment IInternalCatalog.Environment => _environment;
        }

        // Holds no transforms here; the library adds its own.
        public sealed class TextTransforms : IInternalCatalog
        {
            private readonly HostEnvironment _environment;

            internal TextTransforms(HostEnvironment environment) => _environment = environment;

            IHostEnvironment IInternalCatalog.Environment => _environment;
        }
    }

    public sealed class InputOutputColumnPair
    {
        public InputOutputColumnPair(string outputColumnName, string inputColumnName = null)
        {
            OutputColumnName = Checks.NotEmpty(outputColumnName, nameof(outputColumnName));
            InputColumnName = inputColumnName ?? outputColumnName;
        }

        public string OutputColumnName { get; }

        public string InputColumnName { get; }

        internal static (string Output, string Input)[] ToTuples(InputOutputColumnPair[] columns)
            => Array.ConvertAll(Checks.NotNull(columns, nameof(columns)), column => (column.OutputColumnName, column.InputColumnName));
    }
}
