using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Estimators that convert text to network inputs.</summary>
/// <remarks>
/// The input is a text column or a vector of texts, such as the result of <c>Concatenate("Text", "Title", "Description")</c>. An empty or
/// missing text counts as one unknown word.
/// </remarks>
public static class DisentangleTextCatalog
{
    /// <summary>
    /// Normalises text to words for looking up word vectors, separated by single spaces: lower case, no stop words, numbers as MONEY, YEAR
    /// and NUMBER. See <see cref="WordNormalizer"/> for the rules.
    /// </summary>
    /// <param name="catalog">The catalog of text transforms.</param>
    /// <param name="outputColumnName">The normalised text.</param>
    /// <param name="inputColumnName">Text, or a vector of texts. Default null: the same as <paramref name="outputColumnName"/>.</param>
    /// <param name="removeStopWords">Whether to remove English stop words. Default true.</param>
    public static IEstimator<ITransformer> NormalizeWords(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string? inputColumnName = null,
            bool removeStopWords = true)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WordNormalizingEstimator(outputColumnName, inputColumnName ?? outputColumnName, removeStopWords);
    }

    /// <summary>Computes the mean of the vectors of a text's words, for networks that read vectors.</summary>
    /// <param name="catalog">The catalog of text transforms.</param>
    /// <param name="outputColumnName">The mean: a vector of Single of known size, <see cref="WordVectors.Dimension"/>.</param>
    /// <param name="inputColumnName">Text, or a vector of texts; words are separated by white space.</param>
    /// <param name="vectors">The word vectors, which are saved in the model.</param>
    /// <param name="onlySeenWords">
    /// Whether to keep only words that occur in the training data, which makes the model smaller; other words are unknown to it. Default
    /// false: all words are kept, so a word first seen after training still has its vector.
    /// </param>
    /// <example><code>
    /// WordVectors vectors = WordVectors.Load("glove.6B.100d.txt", maximumWords: 50_000);
    /// var pipeline = ml.Transforms.Text.NormalizeWords("Words", "Text")
    ///     .Append(ml.Transforms.Text.MeanWordVectors("Features", "Words", vectors))
    ///     .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", labelColumnName: "Topic"));
    /// </code></example>
    public static IEstimator<ITransformer> MeanWordVectors(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string inputColumnName, WordVectors vectors,
            bool onlySeenWords = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WordVectorEstimator(outputColumnName, inputColumnName, new TextVectors(vectors, IsMean: true, MaximumWords: null),
            onlySeenWords);
    }

    /// <summary>Concatenates the vectors of a text's words, for <c>Network.TextCnn</c> and <c>Network.Gru</c>.</summary>
    /// <param name="catalog">The catalog of text transforms.</param>
    /// <param name="outputColumnName">
    /// The sequence: a vector of Single of unknown size, a multiple of <see cref="WordVectors.Dimension"/>, which is the network's
    /// <c>WordSize</c>.
    /// </param>
    /// <param name="inputColumnName">Text, or a vector of texts; words are separated by white space.</param>
    /// <param name="vectors">The word vectors, which are saved in the model.</param>
    /// <param name="maximumWords">The maximum number of words to read, from the first. At least 1. Default null: all.</param>
    /// <param name="onlySeenWords">As for <see cref="MeanWordVectors"/>.</param>
    public static IEstimator<ITransformer> WordVectorSequence(this TransformsCatalog.TextTransforms catalog, string outputColumnName,
        string inputColumnName,
        WordVectors vectors, int? maximumWords = null, bool onlySeenWords = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WordVectorEstimator(outputColumnName, inputColumnName, new TextVectors(vectors, IsMean: false, maximumWords),
            onlySeenWords);
    }

    /// <summary>
    /// Converts a text to word numbers, for a <c>Network.TextCnn</c> that learns the word vectors of a vocabulary: the most frequent word
    /// of the training data is 1, the next 2, and so on; words outside the vocabulary are 0.
    /// </summary>
    /// <param name="catalog">The catalog of text transforms.</param>
    /// <param name="outputColumnName">The numbers: a vector of Single of unknown size.</param>
    /// <param name="inputColumnName">Text, or a vector of texts. Default null: the same as <paramref name="outputColumnName"/>.</param>
    /// <param name="vocabularySize">
    /// The network's <c>VocabularySize</c>: the numbers are less than this. At least 2. Default 10,000.
    /// </param>
    public static IEstimator<ITransformer> WordNumbers(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string? inputColumnName = null,
            int vocabularySize = 10_000)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WordNumberEstimator(outputColumnName, inputColumnName ?? outputColumnName, vocabularySize);
    }
}
