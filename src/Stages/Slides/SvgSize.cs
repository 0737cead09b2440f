using System.Xml.Linq;

namespace VideoGen.Stages.Slides;

/// <summary>How many elements a drawing has once its references are followed: a few lines can ask for more than any machine draws.</summary>
internal sealed class SvgSize
{
    private static readonly XNamespace XLink = "http://www.w3.org/1999/xlink";

    private readonly XElement? _root;
    private readonly Dictionary<string, XElement> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<XElement, long> _sizes = [];
    private readonly HashSet<XElement> _open = [];

    public SvgSize(XDocument document)
    {
        _root = document.Root;
        foreach (var element in document.Descendants())
        {
            if (element.Attribute("id") is { } id)
            {
                _named.TryAdd(id.Value, element);
            }
        }
    }

    /// <summary>False also for a drawing that holds itself.</summary>
    public bool IsWithin(long most)
    {
        const int MaxDepth = 200;
        return _root is not null && DepthOf(_root, MaxDepth) < MaxDepth && SizeOf(_root, most) is var size && size <= most;
    }

    private static int DepthOf(XElement element, int most) =>
        most == 0 ? 0 : 1 + element.Elements().Select(child => DepthOf(child, most - 1)).DefaultIfEmpty(0).Max();

    private long SizeOf(XElement element, long most)
    {
        if (_sizes.TryGetValue(element, out var known))
        {
            return known;
        }

        if (!_open.Add(element))
        {
            return most + 1;
        }

        var size = 1L;
        foreach (var child in element.Elements())
        {
            size = Math.Min(most + 1, size + SizeOf(child, most));
        }

        if (element.Name.LocalName == "use" && (element.Attribute("href") ?? element.Attribute(XLink + "href")) is { Value: ['#', .. var name] }
            && _named.TryGetValue(name, out var used))
        {
            size = Math.Min(most + 1, size + SizeOf(used, most));
        }

        _open.Remove(element);
        _sizes[element] = size;
        return size;
    }
}
