namespace EncodeParquet;

public enum ColumnKind { Number, Integer, Text }
