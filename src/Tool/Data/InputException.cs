namespace Disentangle.ML.Tool;

/// <summary>The input of a command is wrong; the message says what, where, and what would be right.</summary>
internal sealed class InputException(string message) : Exception(message);
