using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VideoGen.Storage.JsonFiles;

/// <summary>JSON as Python's <c>json.dump(value, indent=2)</c> writes it: one member a line, and nothing but ASCII.</summary>
internal sealed class PythonJson
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private int _depth;

    public ReadOnlyMemory<byte> Written => _text.WrittenMemory;

    public void BeginObject()
    {
        Raw("{"u8);
        _depth++;
    }

    public void EndObject()
    {
        _depth--;
        NewLine();
        Raw("}"u8);
    }

    /// <summary>The name of the next member, on a line of its own.</summary>
    public void Name(string name, bool first)
    {
        if (!first)
        {
            Raw(","u8);
        }

        NewLine();
        String(name);
        Raw(": "u8);
    }

    public void Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Object(value, (_, member) => Value(member));
                break;
            case JsonValueKind.Array:
                Array(value);
                break;
            case JsonValueKind.String:
                String(value.GetString()!);
                break;
            default:
                Raw(Encoding.UTF8.GetBytes(value.GetRawText()));
                break;
        }
    }

    /// <summary>An object whose members are written by the caller.</summary>
    public void Object(JsonElement value, Action<string, JsonElement> write)
    {
        var first = true;
        foreach (var member in value.EnumerateObject())
        {
            if (first)
            {
                BeginObject();
            }

            Name(member.Name, first);
            write(member.Name, member.Value);
            first = false;
        }

        if (first)
        {
            Raw("{}"u8);
        }
        else
        {
            EndObject();
        }
    }

    public void String(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\f' => quoted.Append("\\f"),
                '\b' => quoted.Append("\\b"),
                >= ' ' and <= '~' => quoted.Append(c),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }

        Raw(Encoding.ASCII.GetBytes(quoted.Append('"').ToString()));
    }

    public void Float(double value) => Raw(Encoding.ASCII.GetBytes(PythonFloat.Format(value)));

    public void Raw(ReadOnlySpan<byte> bytes) => _text.Write(bytes);

    private void Array(JsonElement value)
    {
        if (value.GetArrayLength() == 0)
        {
            Raw("[]"u8);
            return;
        }

        Raw("["u8);
        _depth++;
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
            {
                Raw(","u8);
            }

            NewLine();
            Value(item);
            first = false;
        }

        _depth--;
        NewLine();
        Raw("]"u8);
    }

    private void NewLine()
    {
        Raw("\n"u8);
        for (var i = 0; i < _depth; i++)
        {
            Raw("  "u8);
        }
    }
}
