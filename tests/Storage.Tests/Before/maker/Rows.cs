using System.Text.Json;
using Azure.Data.Tables;

/// <summary>The rows of a table, one JSON object a line, each column with its type.</summary>
internal static class Rows
{
    public static async Task WriteAsync(string account, string file)
    {
        var lines = new List<string>();
        await foreach (var row in new TableClient(account, "videogen").QueryAsync<TableEntity>())
        {
            lines.Add(JsonSerializer.Serialize(row
                .Where(column => column.Key is not ("odata.etag" or "Timestamp"))
                .OrderBy(column => column.Key, StringComparer.Ordinal)
                .ToDictionary(column => column.Key, column => new[] { TypeOf(column.Value), TextOf(column.Value) })));
        }

        await File.WriteAllTextAsync(file, string.Join('\n', lines.Order(StringComparer.Ordinal)) + "\n");
    }

    private static string TypeOf(object value) => value switch
    {
        string => "string",
        int => "int",
        long => "long",
        bool => "bool",
        byte[] or BinaryData => "bytes",
        _ => throw new InvalidOperationException($"A column is a {value.GetType()}."),
    };

    private static string TextOf(object value) => value switch
    {
        byte[] bytes => Convert.ToBase64String(bytes),
        BinaryData bytes => Convert.ToBase64String(bytes.ToMemory().Span),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };
}
