using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace VideoGen.Cli.Views;

internal static class Terminal
{
    /// <summary>A line as it is: neither wrapped nor read as markup, so that paths can be copied from it.</summary>
    public static void WriteLine(IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(Printable(text));

    /// <summary>One name a line, and nothing else: scripts read them.</summary>
    public static void WriteNames(IAnsiConsole console, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            WriteLine(console, name);
        }
    }

    /// <summary>Columns as wide as what is in them, two blanks apart. The first row is the head.</summary>
    public static void WriteTable(IAnsiConsole console, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
        {
            WriteLine(console, string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>The columns of a terminal; null elsewhere, where nobody counts them.</summary>
    public static int? WidthOf(IAnsiConsole console) => console.Profile.Out.IsTerminal ? console.Profile.Width : null;

    public static void WriteJson(IAnsiConsole console, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            write(writer);
        }

        console.Profile.Out.Writer.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>A time that there may be none of.</summary>
    public static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            writer.WriteString(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>The text on one line, with what could steer a terminal (escapes, line breaks, direction marks) made visible or dropped.</summary>
    public static string Printable(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is '\n' or '\r' or '\t')
            {
                result.Append(' ');
            }
            else if (category is System.Globalization.UnicodeCategory.Control)
            {
                result.Append('�');
            }
            else if (category is not System.Globalization.UnicodeCategory.Format || rune.Value == 0x200D)
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }
}
