using System.Collections.Frozen;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Scenes;

/// <summary>The words that the program itself adds to a video. A language without words of ours gets none, rather than English ones.</summary>
internal sealed record Phrases
{
    private static readonly Phrases English = new() { IsEnglish = true, Thanks = "Thank you for watching" };
    private static readonly Phrases None = new();

    private static readonly FrozenDictionary<string, Phrases> Others = new Dictionary<string, Phrases>
    {
        ["ar"] = new() { Thanks = "شكرًا على المشاهدة" },
        ["bg"] = new() { Thanks = "Благодарим за вниманието" },
        ["cs"] = new() { Thanks = "Děkujeme za pozornost", Example = "Takto to vypadá.", Picture = "Zde je obrázek." },
        ["da"] = new() { Thanks = "Tak fordi du så med", Example = "Sådan ser det ud.", Picture = "Her er et billede." },
        ["de"] = new() { Thanks = "Danke fürs Zuschauen", Example = "So sieht es aus.", Picture = "Hier ist ein Bild." },
        ["el"] = new() { Thanks = "Ευχαριστούμε για την προσοχή σας" },
        ["es"] = new() { Thanks = "Gracias por su atención", Example = "Así se ve.", Picture = "Aquí hay una imagen." },
        ["fa"] = new() { Thanks = "از توجه شما سپاسگزاریم" },
        ["fi"] = new() { Thanks = "Kiitos katsomisesta", Example = "Näin se näyttää.", Picture = "Tässä on kuva." },
        ["fr"] = new() { Thanks = "Merci de votre attention", Example = "Voici un exemple.", Picture = "Voici une image." },
        ["he"] = new() { Thanks = "תודה על הצפייה" },
        ["hi"] = new() { Thanks = "देखने के लिए धन्यवाद" },
        ["hu"] = new() { Thanks = "Köszönjük a figyelmet" },
        ["it"] = new() { Thanks = "Grazie per l’attenzione", Example = "Ecco un esempio.", Picture = "Ecco un’immagine." },
        ["ja"] = new() { Thanks = "ご視聴ありがとうございました", Example = "このようになります。" },
        ["ko"] = new() { Thanks = "시청해 주셔서 감사합니다", Example = "다음과 같습니다." },
        ["nb"] = new() { Thanks = "Takk for at du så på", Example = "Slik ser det ut.", Picture = "Her er et bilde." },
        ["nl"] = new() { Thanks = "Bedankt voor het kijken", Example = "Zo ziet het eruit.", Picture = "Hier is een afbeelding." },
        ["pl"] = new() { Thanks = "Dziękujemy za uwagę", Example = "Tak to wygląda.", Picture = "Oto obraz." },
        ["pt"] = new() { Thanks = "Obrigado por assistir", Example = "Veja um exemplo.", Picture = "Aqui está uma imagem." },
        ["ro"] = new() { Thanks = "Vă mulțumim pentru atenție" },
        ["ru"] = new() { Thanks = "Спасибо за внимание", Example = "Вот как это выглядит.", Picture = "Здесь показан рисунок." },
        ["sv"] = new() { Thanks = "Tack för att du tittade", Example = "Så här ser det ut.", Picture = "Här är en bild." },
        ["tr"] = new() { Thanks = "İzlediğiniz için teşekkürler" },
        ["uk"] = new() { Thanks = "Дякуємо за увагу", Example = "Ось як це виглядає." },
        ["zh"] = new() { Thanks = "谢谢观看", Example = "请看这个例子。", Picture = "请看图。" },
    }.ToFrozenDictionary();

    public bool IsEnglish { get; private init; }

    /// <summary>The title of the closing scene.</summary>
    public string? Thanks { get; private init; }

    /// <summary>What is said where code is shown; English says more than that by rules of its own.</summary>
    public string? Example { get; private init; }

    /// <summary>What is said where a picture without a description is shown.</summary>
    public string? Picture { get; private init; }

    /// <param name="language">BCP 47.</param>
    public static Phrases For(string language) => LanguageTags.LanguageOf(language) switch
    {
        "en" => English,
        "no" => Others["nb"],
        "cmn" or "yue" => Others["zh"],
        var other => Others.GetValueOrDefault(other, None),
    };
}
