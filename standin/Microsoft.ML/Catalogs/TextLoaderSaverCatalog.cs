using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML;

public static class TextLoaderSaverCatalog
{
    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Column[] columns, char separatorChar = '\t',
        bool hasHeader = false, bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false)
        => Load(catalog, path, Create(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, char separatorChar = '\t',
        bool hasHeader = false, bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false)
        => Load(catalog, path, Create(TextLoader.ColumnsOf(typeof(TInput)), separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        options.Columns = TextLoader.ColumnsOf(typeof(TInput));
        return Load(catalog, path, options);
    }

    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Options options = null)
        => Load(catalog, path, options ?? new TextLoader.Options());

    private static TextLoader.Options Create(TextLoader.Column[] columns, char separator, bool hasHeader, bool allowQuoting, bool trimWhitespace,
        bool allowSparse)
        => new()
        {
            Columns = columns,
            Separators = [separator],
            HasHeader = hasHeader,
            AllowQuoting = allowQuoting,
            TrimWhitespace = trimWhitespace,
            AllowSparse = allowSparse,
        };

    private static IDataView Load(DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        Checks.NotEmpty(path, nameof(path));
        Checks.Param(File.Exists(path), nameof(path), $"File or directory does not exist at path: {path}");
        return new TextLoader((HostEnvironment)((IInternalCatalog)catalog).Environment, options).Load(new MultiFileSource(path));
    }
}
