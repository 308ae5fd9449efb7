<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open the sample model</source>
        <translation>Beispielmodell öffnen</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Close checkpoint</source>
        <translation>Checkpoint schließen</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>Sitzung speichern</translation>
    </message>
    <message>
        <source>Save session as…</source>
        <translation>Sitzung speichern unter…</translation>
    </message>
    <message>
        <source>Open recipes…</source>
        <translation>Rezepte öffnen…</translation>
    </message>
    <message>
        <source>Save recipes…</source>
        <translation>Rezepte speichern…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>Bild speichern…</translation>
    </message>
    <message>
        <source>Save all plots…</source>
        <translation>Alle Diagramme speichern…</translation>
    </message>
    <message>
        <source>Save numbers as CSV…</source>
        <translation>Zahlen als CSV speichern…</translation>
    </message>
    <message>
        <source>Save the results table as CSV…</source>
        <translation>Ergebnistabelle als CSV speichern…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy as command line</source>
        <translation>Als Befehlszeile kopieren</translation>
    </message>
    <message>
        <source>Filter the tensors</source>
        <translation>Tensoren filtern</translation>
    </message>
    <message>
        <source>Find action, tensor or recipe…</source>
        <translation>Aktion, Tensor oder Rezept suchen…</translation>
    </message>
    <message>
        <source>Pick all tensors shown</source>
        <translation>Alle gezeigten Tensoren wählen</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Toggle light and dark</source>
        <translation>Zwischen hell und dunkel wechseln</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Log axis</source>
        <translation>Logarithmische Achse</translation>
    </message>
    <message>
        <source>Layout: Explore</source>
        <translation>Anordnung: Erkunden</translation>
    </message>
    <message>
        <source>Layout: Compare</source>
        <translation>Anordnung: Vergleichen</translation>
    </message>
    <message>
        <source>Layout: Run</source>
        <translation>Anordnung: Rechnen</translation>
    </message>
    <message>
        <source>Save this layout…</source>
        <translation>Diese Anordnung speichern…</translation>
    </message>
    <message>
        <source>Reset layout</source>
        <translation>Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Run on the selected tensors</source>
        <translation>Auf gewählten Tensoren ausführen</translation>
    </message>
    <message>
        <source>Run on all layers</source>
        <translation>Auf allen Schichten ausführen</translation>
    </message>
    <message>
        <source>Run on the selected tensors (from anywhere)</source>
        <translation>Auf gewählten Tensoren ausführen (von überall)</translation>
    </message>
    <message>
        <source>Add the recipe of the panel</source>
        <translation>Rezept der Leiste hinzufügen</translation>
    </message>
    <message>
        <source>Pause or resume all jobs</source>
        <translation>Alle Aufträge anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Retry failed and cancelled jobs</source>
        <translation>Gescheiterte und abgebrochene Aufträge wiederholen</translation>
    </message>
    <message>
        <source>Clear finished jobs</source>
        <translation>Beendete Aufträge entfernen</translation>
    </message>
    <message>
        <source>Selected result as A</source>
        <translation>Gewähltes Ergebnis als A</translation>
    </message>
    <message>
        <source>Selected result as B</source>
        <translation>Gewähltes Ergebnis als B</translation>
    </message>
    <message>
        <source>Swap A and B</source>
        <translation>A und B tauschen</translation>
    </message>
    <message>
        <source>Pin or unpin the selected result</source>
        <translation>Gewähltes Ergebnis anheften oder lösen</translation>
    </message>
    <message>
        <source>Blink A and B (hold)</source>
        <translation>A und B im Wechsel (halten)</translation>
    </message>
    <message>
        <source>Curtain</source>
        <translation>Vorhang</translation>
    </message>
    <message>
        <source>Difference of errors</source>
        <translation>Differenz der Fehler</translation>
    </message>
    <message>
        <source>Compare with another checkpoint…</source>
        <translation>Mit anderem Checkpoint vergleichen…</translation>
    </message>
    <message>
        <source>Compare with a model folder…</source>
        <translation>Mit Modellordner vergleichen…</translation>
    </message>
    <message>
        <source>Compare sessions…</source>
        <translation>Sitzungen vergleichen…</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vorwärts</translation>
    </message>
    <message>
        <source>Next tensor</source>
        <translation>Nächster Tensor</translation>
    </message>
    <message>
        <source>Previous tensor</source>
        <translation>Voriger Tensor</translation>
    </message>
    <message>
        <source>Focus the stage</source>
        <translation>Zur Arbeitsfläche</translation>
    </message>
    <message>
        <source>Explain the number, or help</source>
        <translation>Zahl erklären oder Hilfe</translation>
    </message>
    <message>
        <source>Keys…</source>
        <translation>Tasten…</translation>
    </message>
    <message>
        <source>About Quantoscope</source>
        <translation>Über Quantoscope</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Save pictures in black on white</source>
        <translation>Bilder schwarz auf weiß speichern</translation>
    </message>
    <message>
        <source>Select the rows and columns on show</source>
        <translation>Gezeigte Zeilen und Spalten auswählen</translation>
    </message>
    <message>
        <source>Cancel jobs, or clear the selection</source>
        <translation>Aufträge abbrechen oder Auswahl aufheben</translation>
    </message>
    <message>
        <source>Open calibration…</source>
        <translation>Kalibrierung öffnen…</translation>
    </message>
    <message>
        <source>Explain all numbers on show</source>
        <translation>Alle gezeigten Zahlen erklären</translation>
    </message>
</context>
<context>
    <name>CodebookCompare</name>
    <message>
        <source>Levels of every group</source>
        <translation>Stufen jeder Gruppe</translation>
    </message>
    <message>
        <source>Levels of the group under the cursor, and their use</source>
        <translation>Stufen der Gruppe unter dem Zeiger und ihre Nutzung</translation>
    </message>
</context>
<context>
    <name>Explain</name>
    <message>
        <source>Formula: %1</source>
        <translation>Formel: %1</translation>
    </message>
    <message>
        <source>Source: %1</source>
        <translation>Quelle: %1</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>all weights of the tensor as the file has them, and what the stored arrays decode to; sums in double</source>
        <translation>alle Gewichte des Tensors, wie die Datei sie enthält, und was die gespeicherten Felder ergeben; Summen in double</translation>
    </message>
    <message>
        <source>all elements of the tensor as the file has them; sums in double</source>
        <translation>alle Elemente des Tensors, wie die Datei sie enthält; Summen in double</translation>
    </message>
    <message>
        <source>the header of the checkpoint&apos;s files</source>
        <translation>der Kopf der Dateien des Checkpoints</translation>
    </message>
    <message>
        <source>the arrays that the artefact stores</source>
        <translation>die Felder, die das Artefakt speichert</translation>
    </message>
    <message>
        <source>the tensor in the checkpoint&apos;s file</source>
        <translation>der Tensor in der Datei des Checkpoints</translation>
    </message>
    <message>
        <source>the weights of this place in the file, and what the stored arrays decode to</source>
        <translation>die Gewichte dieser Stelle in der Datei, und was die gespeicherten Felder ergeben</translation>
    </message>
    <message>
        <source>this program&apos;s own clock and counters</source>
        <translation>Uhr und Zähler dieses Programms</translation>
    </message>
    <message>
        <source>the tokenizer&apos;s file beside the checkpoint, or its metadata</source>
        <translation>die Datei des Tokenizers neben dem Checkpoint, oder dessen Metadaten</translation>
    </message>
    <message>
        <source>the figures that the two session files store</source>
        <translation>die Zahlen, die die beiden Sitzungsdateien speichern</translation>
    </message>
    <message>
        <source>bits per weight (bpw): everything that is stored, for one weight</source>
        <translation>Bits je Gewicht (bpw): alles, was gespeichert wird, für ein Gewicht</translation>
    </message>
    <message>
        <source>8 · Σ bytes of the stored arrays / weights</source>
        <translation>8 · Σ Bytes der gespeicherten Felder / Gewichte</translation>
    </message>
    <message>
        <source>relative mean squared error of the weights; lower is better</source>
        <translation>relativer mittlerer quadratischer Fehler der Gewichte; kleiner ist besser</translation>
    </message>
    <message>
        <source>relative squared error of the layer&apos;s output; lower is better</source>
        <translation>relativer quadratischer Fehler der Ausgabe der Schicht; kleiner ist besser</translation>
    </message>
    <message>
        <source>Σ = mean of x·xᵀ over the calibration file&apos;s inputs of the layer; the objective of GPTQ (Frantar et al., 2022)</source>
        <translation>Σ = Mittel von x·xᵀ über die Eingaben der Schicht in der Kalibrierungsdatei; die Zielfunktion von GPTQ (Frantar et al., 2022)</translation>
    </message>
    <message>
        <source>signal to quantization noise in decibels; higher is better</source>
        <translation>Signal zu Quantisierungsrauschen in Dezibel; größer ist besser</translation>
    </message>
    <message>
        <source>largest error of one weight</source>
        <translation>größter Fehler eines Gewichts</translation>
    </message>
    <message>
        <source>cosine of the angle between original and decoded weights; 1 is the same direction</source>
        <translation>Kosinus des Winkels zwischen originalen und dekodierten Gewichten; 1 ist dieselbe Richtung</translation>
    </message>
    <message>
        <source>time of this tensor under this recipe</source>
        <translation>Zeit für diesen Tensor mit diesem Rezept</translation>
    </message>
    <message>
        <source>end − start of reading, fitting, encoding and measuring</source>
        <translation>Ende − Anfang von Lesen, Anpassen, Kodieren und Messen</translation>
    </message>
    <message>
        <source>recipe: how the weights are quantized</source>
        <translation>Rezept: wie die Gewichte quantisiert werden</translation>
    </message>
    <message>
        <source>transform × grid × assignment × residual, with the parameters behind each name</source>
        <translation>Transformation × Gitter × Zuordnung × Rest, mit den Parametern hinter jedem Namen</translation>
    </message>
    <message>
        <source>the recipe&apos;s text</source>
        <translation>der Text des Rezepts</translation>
    </message>
    <message>
        <source>tensor: a matrix of the checkpoint</source>
        <translation>Tensor: eine Matrix des Checkpoints</translation>
    </message>
    <message>
        <source>block . role of its name in the file</source>
        <translation>Block . Rolle aus dem Namen in der Datei</translation>
    </message>
    <message>
        <source>shape of the tensor</source>
        <translation>Form des Tensors</translation>
    </message>
    <message>
        <source>rows × columns as stored, [out, in]</source>
        <translation>Zeilen × Spalten wie gespeichert, [out, in]</translation>
    </message>
    <message>
        <source>stored type, and the bits it takes for one weight</source>
        <translation>gespeicherter Typ, und wie viele Bits er für ein Gewicht braucht</translation>
    </message>
    <message>
        <source>8 · bytes of a block / weights of a block</source>
        <translation>8 · Bytes eines Blocks / Gewichte eines Blocks</translation>
    </message>
    <message>
        <source>the header of the checkpoint&apos;s files, and the definition of the type (IEEE 754, OCP, ggml)</source>
        <translation>der Kopf der Dateien des Checkpoints und die Festlegung des Typs (IEEE 754, OCP, ggml)</translation>
    </message>
    <message>
        <source>size of the tensor in its file</source>
        <translation>Größe des Tensors in seiner Datei</translation>
    </message>
    <message>
        <source>elements × bits of the type / 8</source>
        <translation>Elemente × Bits des Typs / 8</translation>
    </message>
    <message>
        <source>arithmetic mean of all finite elements</source>
        <translation>arithmetisches Mittel aller endlichen Elemente</translation>
    </message>
    <message>
        <source>standard deviation of the population</source>
        <translation>Standardabweichung der Grundgesamtheit</translation>
    </message>
    <message>
        <source>excess kurtosis: 0 for a Gaussian, above for heavy tails</source>
        <translation>Exzess: 0 bei einer Gauß-Verteilung, darüber bei schweren Rändern</translation>
    </message>
    <message>
        <source>largest magnitude</source>
        <translation>größter Betrag</translation>
    </message>
    <message>
        <source>elements far out in the tails</source>
        <translation>Elemente weit außen in den Rändern</translation>
    </message>
    <message>
        <source>histogram of the tensor; the numbers are its smallest and largest value</source>
        <translation>Histogramm des Tensors; die Zahlen sind sein kleinster und größter Wert</translation>
    </message>
    <message>
        <source>elements per bin, bins of one width from min w to max w</source>
        <translation>Elemente je Klasse, Klassen gleicher Breite von min w bis max w</translation>
    </message>
    <message>
        <source>size of the checkpoint or file</source>
        <translation>Größe des Checkpoints oder der Datei</translation>
    </message>
    <message>
        <source>Σ bytes of its files</source>
        <translation>Σ Bytes der Dateien</translation>
    </message>
    <message>
        <source>the file system</source>
        <translation>das Dateisystem</translation>
    </message>
    <message>
        <source>number of tensors</source>
        <translation>Anzahl der Tensoren</translation>
    </message>
    <message>
        <source>entries counted</source>
        <translation>gezählte Einträge</translation>
    </message>
    <message>
        <source>block (layer) of the model, counted from 0</source>
        <translation>Block (Schicht) des Modells, ab 0 gezählt</translation>
    </message>
    <message>
        <source>the number in the tensors&apos; names</source>
        <translation>die Zahl in den Namen der Tensoren</translation>
    </message>
    <message>
        <source>expert of a mixture-of-experts block, counted from 0</source>
        <translation>Experte eines Blocks aus Experten, ab 0 gezählt</translation>
    </message>
    <message>
        <source>the number in the tensors&apos; names, or the place in a stacked tensor</source>
        <translation>die Zahl in den Namen der Tensoren, oder der Platz in einem gestapelten Tensor</translation>
    </message>
    <message>
        <source>what the filter shows, of all</source>
        <translation>was der Filter zeigt, von allem</translation>
    </message>
    <message>
        <source>rows that match / all rows</source>
        <translation>passende Zeilen / alle Zeilen</translation>
    </message>
    <message>
        <source>the rows of this table</source>
        <translation>die Zeilen dieser Tabelle</translation>
    </message>
    <message>
        <source>entry of the checkpoint&apos;s metadata</source>
        <translation>Eintrag der Metadaten des Checkpoints</translation>
    </message>
    <message>
        <source>key = value, as stored</source>
        <translation>Schlüssel = Wert, wie gespeichert</translation>
    </message>
    <message>
        <source>the metadata of the file, and config.json</source>
        <translation>die Metadaten der Datei, und config.json</translation>
    </message>
    <message>
        <source>id of the token</source>
        <translation>Nummer des Tokens</translation>
    </message>
    <message>
        <source>place in the vocabulary, counted from 0</source>
        <translation>Platz im Vokabular, ab 0 gezählt</translation>
    </message>
    <message>
        <source>length of the token&apos;s text</source>
        <translation>Länge des Texts des Tokens</translation>
    </message>
    <message>
        <source>bytes in UTF-8</source>
        <translation>Bytes in UTF-8</translation>
    </message>
    <message>
        <source>score of the token</source>
        <translation>Bewertung des Tokens</translation>
    </message>
    <message>
        <source>unigram: log p; BPE: rank of the merge, negative</source>
        <translation>Unigramm: log p; BPE: Rang der Verschmelzung, negativ</translation>
    </message>
    <message>
        <source>size of the vocabulary, and the number of merges</source>
        <translation>Größe des Vokabulars und Anzahl der Verschmelzungen</translation>
    </message>
    <message>
        <source>finding of the file doctor</source>
        <translation>Befund der Dateiprüfung</translation>
    </message>
    <message>
        <source>each tensor&apos;s values counted and compared with those of the other blocks</source>
        <translation>die Werte jedes Tensors gezählt und mit denen der anderen Blöcke verglichen</translation>
    </message>
    <message>
        <source>weight: one element of the tensor</source>
        <translation>Gewicht: ein Element des Tensors</translation>
    </message>
    <message>
        <source>decoded weight</source>
        <translation>dekodiertes Gewicht</translation>
    </message>
    <message>
        <source>ŵ = level of its code × scale of its group (+ zero point), then the transform undone</source>
        <translation>ŵ = Stufe seines Codes × Skala seiner Gruppe (+ Nullpunkt), dann die Transformation zurück</translation>
    </message>
    <message>
        <source>error of one weight</source>
        <translation>Fehler eines Gewichts</translation>
    </message>
    <message>
        <source>magnitude of the error of one weight</source>
        <translation>Betrag des Fehlers eines Gewichts</translation>
    </message>
    <message>
        <source>squared error of one weight</source>
        <translation>quadrierter Fehler eines Gewichts</translation>
    </message>
    <message>
        <source>error of one weight in units of the weight</source>
        <translation>Fehler eines Gewichts in Einheiten des Gewichts</translation>
    </message>
    <message>
        <source>whose error is larger: above 0 that of A</source>
        <translation>wessen Fehler größer ist: über 0 der von A</translation>
    </message>
    <message>
        <source>column: an input of the layer, counted from 0</source>
        <translation>Spalte: ein Eingang der Schicht, ab 0 gezählt</translation>
    </message>
    <message>
        <source>second index of W[out, in]</source>
        <translation>zweiter Index von W[out, in]</translation>
    </message>
    <message>
        <source>row: an output of the layer, counted from 0</source>
        <translation>Zeile: ein Ausgang der Schicht, ab 0 gezählt</translation>
    </message>
    <message>
        <source>first index of W[out, in]</source>
        <translation>erster Index von W[out, in]</translation>
    </message>
    <message>
        <source>rows and columns on show, or selected, counted from 0</source>
        <translation>gezeigte oder gewählte Zeilen und Spalten, ab 0 gezählt</translation>
    </message>
    <message>
        <source>first–last; weights = rows × columns</source>
        <translation>erste–letzte; Gewichte = Zeilen × Spalten</translation>
    </message>
    <message>
        <source>the selection that all views share</source>
        <translation>die Auswahl, die alle Ansichten teilen</translation>
    </message>
    <message>
        <source>group: weights that share a scale or a codebook</source>
        <translation>Gruppe: Gewichte mit gemeinsamer Skala oder gemeinsamem Codebuch</translation>
    </message>
    <message>
        <source>row · groups per row + column / group size</source>
        <translation>Zeile · Gruppen je Zeile + Spalte / Gruppengröße</translation>
    </message>
    <message>
        <source>level: a value that a code of this group decodes to</source>
        <translation>Stufe: ein Wert, den ein Code dieser Gruppe ergibt</translation>
    </message>
    <message>
        <source>entry of the grid × scale (+ zero point)</source>
        <translation>Eintrag des Gitters × Skala (+ Nullpunkt)</translation>
    </message>
    <message>
        <source>use of a level</source>
        <translation>Nutzung einer Stufe</translation>
    </message>
    <message>
        <source>weights of the group with this code / weights of the group</source>
        <translation>Gewichte der Gruppe mit diesem Code / Gewichte der Gruppe</translation>
    </message>
    <message>
        <source>stored factor of a group: scale, zero point, or entry of a shared factor</source>
        <translation>gespeicherter Faktor einer Gruppe: Skala, Nullpunkt oder Eintrag eines gemeinsamen Faktors</translation>
    </message>
    <message>
        <source>value of the stored array at the group, decoded</source>
        <translation>Wert des gespeicherten Felds an der Gruppe, dekodiert</translation>
    </message>
    <message>
        <source>code: which level the weight has taken</source>
        <translation>Code: welche Stufe das Gewicht genommen hat</translation>
    </message>
    <message>
        <source>index of the level in its group&apos;s codebook</source>
        <translation>Index der Stufe im Codebuch der Gruppe</translation>
    </message>
    <message>
        <source>level of the group by size, the largest on top</source>
        <translation>Stufe der Gruppe nach Größe, die größte oben</translation>
    </message>
    <message>
        <source>rank among the group&apos;s levels</source>
        <translation>Rang unter den Stufen der Gruppe</translation>
    </message>
    <message>
        <source>root mean square of a row or column</source>
        <translation>quadratisches Mittel einer Zeile oder Spalte</translation>
    </message>
    <message>
        <source>largest magnitude of a row or column</source>
        <translation>größter Betrag einer Zeile oder Spalte</translation>
    </message>
    <message>
        <source>mean of a row or column</source>
        <translation>Mittel einer Zeile oder Spalte</translation>
    </message>
    <message>
        <source>root mean square error of a row, column or group</source>
        <translation>quadratisch gemittelter Fehler einer Zeile, Spalte oder Gruppe</translation>
    </message>
    <message>
        <source>its part of the tensor&apos;s squared error</source>
        <translation>ihr Anteil am quadrierten Fehler des Tensors</translation>
    </message>
    <message>
        <source>Σ(ŵ − w)² here / Σ(ŵ − w)² of the tensor</source>
        <translation>Σ(ŵ − w)² hier / Σ(ŵ − w)² des Tensors</translation>
    </message>
    <message>
        <source>row, column or group of the tensor, counted from 0</source>
        <translation>Zeile, Spalte oder Gruppe des Tensors, ab 0 gezählt</translation>
    </message>
    <message>
        <source>sorted by rms error, the worst first</source>
        <translation>nach RMS-Fehler sortiert, die schlechteste zuerst</translation>
    </message>
    <message>
        <source>elements in a bin of the histogram</source>
        <translation>Elemente in einer Klasse des Histogramms</translation>
    </message>
    <message>
        <source>elements per bin of A less those of B</source>
        <translation>Elemente je Klasse von A abzüglich derer von B</translation>
    </message>
    <message>
        <source>how many elements lie in this cell of the plot</source>
        <translation>wie viele Elemente in diesem Feld des Diagramms liegen</translation>
    </message>
    <message>
        <source>where A has more elements than B (above 0) or fewer</source>
        <translation>wo A mehr Elemente hat als B (über 0) oder weniger</translation>
    </message>
    <message>
        <source>magnitude of the original weight</source>
        <translation>Betrag des originalen Gewichts</translation>
    </message>
    <message>
        <source>rms error of the weights of one bin of magnitude</source>
        <translation>RMS-Fehler der Gewichte einer Klasse des Betrags</translation>
    </message>
    <message>
        <source>relative mean squared error of the weights of one bin of magnitude</source>
        <translation>relativer mittlerer quadratischer Fehler der Gewichte einer Klasse des Betrags</translation>
    </message>
    <message>
        <source>part of the squared error that one bin of magnitude has</source>
        <translation>Anteil einer Klasse des Betrags am quadrierten Fehler</translation>
    </message>
    <message>
        <source>Σ(ŵ − w)² of the bin / Σ(ŵ − w)² of the tensor</source>
        <translation>Σ(ŵ − w)² der Klasse / Σ(ŵ − w)² des Tensors</translation>
    </message>
    <message>
        <source>quantile of a Gaussian, in standard deviations</source>
        <translation>Quantil einer Gauß-Verteilung, in Standardabweichungen</translation>
    </message>
    <message>
        <source>the inverse normal distribution (Wilk and Gnanadesikan, 1968)</source>
        <translation>die Umkehrung der Normalverteilung (Wilk und Gnanadesikan, 1968)</translation>
    </message>
    <message>
        <source>quantile of the values, in their standard deviations</source>
        <translation>Quantil der Werte, in ihren Standardabweichungen</translation>
    </message>
    <message>
        <source>bits per weight that this recipe will store</source>
        <translation>Bits je Gewicht, die dieses Rezept speichern wird</translation>
    </message>
    <message>
        <source>8 · Σ bytes of the arrays to be stored / weights</source>
        <translation>8 · Σ Bytes der zu speichernden Felder / Gewichte</translation>
    </message>
    <message>
        <source>the sizes that grid, transform and residual state for this shape</source>
        <translation>die Größen, die Gitter, Transformation und Rest für diese Form angeben</translation>
    </message>
    <message>
        <source>working memory of the job, stated before it runs</source>
        <translation>Arbeitsspeicher des Auftrags, vor dem Lauf angegeben</translation>
    </message>
    <message>
        <source>matrix as float + codes + stored arrays + tiles of rows</source>
        <translation>Matrix als float + Codes + gespeicherte Felder + Kacheln aus Zeilen</translation>
    </message>
    <message>
        <source>the shape of the tensor and what the recipe&apos;s parts need</source>
        <translation>die Form des Tensors und was die Teile des Rezepts brauchen</translation>
    </message>
    <message>
        <source>relative mean squared error of a trial; ≈ where it is of the first rows only</source>
        <translation>relativer mittlerer quadratischer Fehler einer Probe; ≈, wo sie nur die ersten Zeilen misst</translation>
    </message>
    <message>
        <source>time that this recipe will take here</source>
        <translation>Zeit, die dieses Rezept hier brauchen wird</translation>
    </message>
    <message>
        <source>time of the trial × rows / rows of the trial</source>
        <translation>Zeit der Probe × Zeilen / Zeilen der Probe</translation>
    </message>
    <message>
        <source>dead levels: no weight uses them</source>
        <translation>tote Stufen: kein Gewicht benutzt sie</translation>
    </message>
    <message>
        <source>number of groups or levels</source>
        <translation>Anzahl der Gruppen oder Stufen</translation>
    </message>
    <message>
        <source>part of the weights whose nearest level this is</source>
        <translation>Anteil der Gewichte, deren nächste Stufe dies ist</translation>
    </message>
    <message>
        <source>weights at this level / weights</source>
        <translation>Gewichte auf dieser Stufe / Gewichte</translation>
    </message>
    <message>
        <source>part of the squared error that this level&apos;s weights have</source>
        <translation>Anteil der Gewichte dieser Stufe am quadrierten Fehler</translation>
    </message>
    <message>
        <source>Σ(level − w)² of its weights / Σ over all levels</source>
        <translation>Σ(Stufe − w)² ihrer Gewichte / Σ über alle Stufen</translation>
    </message>
    <message>
        <source>values that the colours stand for; marks on the left are the true extremes</source>
        <translation>Werte, für die die Farben stehen; Marken links sind die wahren Extreme</translation>
    </message>
    <message>
        <source>1st to 99th percentile of the values on show, or as dragged; signed values: symmetric about 0</source>
        <translation>1. bis 99. Perzentil der gezeigten Werte, oder wie gezogen; mit Vorzeichen: symmetrisch um 0</translation>
    </message>
    <message>
        <source>job: a tensor under a recipe, or other work in the background</source>
        <translation>Auftrag: ein Tensor mit einem Rezept, oder andere Arbeit im Hintergrund</translation>
    </message>
    <message>
        <source>block . role of the tensor, and the recipe&apos;s name</source>
        <translation>Block . Rolle des Tensors und Name des Rezepts</translation>
    </message>
    <message>
        <source>progress of work</source>
        <translation>Fortschritt der Arbeit</translation>
    </message>
    <message>
        <source>elements read, quantized and measured / elements expected</source>
        <translation>gelesene, quantisierte und gemessene Elemente / erwartete Elemente</translation>
    </message>
    <message>
        <source>rate of the job in millions of elements a second</source>
        <translation>Rate des Auftrags in Millionen Elementen je Sekunde</translation>
    </message>
    <message>
        <source>elements done / running time</source>
        <translation>erledigte Elemente / Laufzeit</translation>
    </message>
    <message>
        <source>running time without pauses, or what is left of it</source>
        <translation>Laufzeit ohne Pausen, oder was davon noch bleibt</translation>
    </message>
    <message>
        <source>left = time × (1 − progress) / progress</source>
        <translation>Rest = Zeit × (1 − Fortschritt) / Fortschritt</translation>
    </message>
    <message>
        <source>jobs that run, wait or rest</source>
        <translation>Aufträge, die laufen, warten oder ruhen</translation>
    </message>
    <message>
        <source>entries of the job list that have not ended</source>
        <translation>Einträge der Auftragsliste, die nicht beendet sind</translation>
    </message>
    <message>
        <source>threads that jobs compute with</source>
        <translation>Threads, mit denen Aufträge rechnen</translation>
    </message>
    <message>
        <source>the setting, or all that the machine has</source>
        <translation>die Einstellung, oder alle des Rechners</translation>
    </message>
    <message>
        <source>the settings and the operating system</source>
        <translation>die Einstellungen und das Betriebssystem</translation>
    </message>
    <message>
        <source>resident memory of Quantoscope</source>
        <translation>von Quantoscope belegter Speicher</translation>
    </message>
    <message>
        <source>resident pages × page size</source>
        <translation>belegte Seiten × Seitengröße</translation>
    </message>
    <message>
        <source>the operating system</source>
        <translation>das Betriebssystem</translation>
    </message>
    <message>
        <source>when it happened</source>
        <translation>wann es geschah</translation>
    </message>
    <message>
        <source>local time</source>
        <translation>Ortszeit</translation>
    </message>
    <message>
        <source>what the result cache holds</source>
        <translation>was der Ergebnis-Cache enthält</translation>
    </message>
    <message>
        <source>Σ bytes of its files; one file a result</source>
        <translation>Σ Bytes der Dateien; eine Datei je Ergebnis</translation>
    </message>
    <message>
        <source>change of the relative mean squared error</source>
        <translation>Änderung des relativen mittleren quadratischen Fehlers</translation>
    </message>
    <message>
        <source>after / before − 1</source>
        <translation>nachher / vorher − 1</translation>
    </message>
    <message>
        <source>relative mean squared error as the session stores it</source>
        <translation>relativer mittlerer quadratischer Fehler, wie die Sitzung ihn speichert</translation>
    </message>
    <message>
        <source>bits per weight as the session stores them</source>
        <translation>Bits je Gewicht, wie die Sitzung sie speichert</translation>
    </message>
    <message>
        <source>stored bits / weights</source>
        <translation>gespeicherte Bits / Gewichte</translation>
    </message>
    <message>
        <source>its part of the error of the layer&apos;s output; below 0 where it makes up for others</source>
        <translation>sein Anteil am Fehler der Schichtausgabe; unter 0, wo er andere ausgleicht</translation>
    </message>
    <message>
        <source>its terms of tr(E Σ Eᵀ) / tr(E Σ Eᵀ) of the tensor</source>
        <translation>seine Terme von tr(E Σ Eᵀ) / tr(E Σ Eᵀ) des Tensors</translation>
    </message>
    <message>
        <source>how large an input of the layer is over the calibration text</source>
        <translation>wie groß eine Eingabe der Schicht über dem Kalibriertext ist</translation>
    </message>
    <message>
        <source>the calibration file</source>
        <translation>die Kalibrierdatei</translation>
    </message>
    <message>
        <source>weights that take another level than the nearest of their group</source>
        <translation>Gewichte, die eine andere als die nächste Stufe ihrer Gruppe nehmen</translation>
    </message>
    <message>
        <source>100 · #{w : code ≠ nearest code} / weights of the cell</source>
        <translation>100 · #{w : Code ≠ nächster Code} / Gewichte des Felds</translation>
    </message>
    <message>
        <source>which way weights were moved: above 0 more of them up than down</source>
        <translation>wohin Gewichte verschoben wurden: über 0 mehr nach oben als nach unten</translation>
    </message>
    <message>
        <source>100 · (#{level above the nearest} − #{level below}) / weights of the cell</source>
        <translation>100 · (#{Stufe über der nächsten} − #{Stufe darunter}) / Gewichte des Felds</translation>
    </message>
    <message>
        <source>clip ratio: how much of a group&apos;s range its levels cover</source>
        <translation>Klippverhältnis: wie viel vom Bereich einer Gruppe ihre Stufen abdecken</translation>
    </message>
    <message>
        <source>100 · (largest level − least level) / (max w − min w)</source>
        <translation>100 · (größte Stufe − kleinste Stufe) / (max w − min w)</translation>
    </message>
    <message>
        <source>the scored tokens of the texts, each under the model&apos;s own tokenizer</source>
        <translation>die bewerteten Tokens der Texte, mit dem Tokenizer des Modells</translation>
    </message>
    <message>
        <source>mixture: which recipe stands for which layer</source>
        <translation>Mischung: welches Rezept für welche Schicht steht</translation>
    </message>
    <message>
        <source>for each layer one result, or the checkpoint&apos;s own weights</source>
        <translation>für jede Schicht ein Ergebnis oder die Gewichte des Checkpoints</translation>
    </message>
    <message>
        <source>the choices in the table of layers and recipes, or of a budget</source>
        <translation>die Auswahl in der Tabelle der Schichten und Rezepte oder die eines Budgets</translation>
    </message>
    <message>
        <source>perplexity: among how many tokens the model hesitates; lower is better</source>
        <translation>Perplexität: zwischen wie vielen Tokens das Modell schwankt; kleiner ist besser</translation>
    </message>
    <message>
        <source>loss above that of the original on the same tokens, in nats a token; lower is better</source>
        <translation>Verlust über dem des Originals auf denselben Tokens, in Nats pro Token; kleiner ist besser</translation>
    </message>
    <message>
        <source>how far the distribution of the next token is from the original&apos;s, in nats; 0 is the same</source>
        <translation>wie weit die Verteilung des nächsten Tokens von der des Originals entfernt ist, in Nats; 0 ist dieselbe</translation>
    </message>
    <message>
        <source>part of the tokens where both find the same token most likely; higher is better</source>
        <translation>Anteil der Tokens, bei denen beide dasselbe Token für das wahrscheinlichste halten; größer ist besser</translation>
    </message>
    <message>
        <source>tokens that were scored</source>
        <translation>bewertete Tokens</translation>
    </message>
    <message>
        <source>tokens of the windows without the first of each, and without those scored before</source>
        <translation>Tokens der Fenster ohne jeweils das erste und ohne die schon bewerteten</translation>
    </message>
    <message>
        <source>part of the tokens whose loss moves by so much</source>
        <translation>Anteil der Tokens, deren Verlust sich um so viel ändert</translation>
    </message>
    <message>
        <source>token of the text, counted from 0</source>
        <translation>Token des Textes, ab 0 gezählt</translation>
    </message>
    <message>
        <source>place among the scored tokens</source>
        <translation>Stelle unter den bewerteten Tokens</translation>
    </message>
    <message>
        <source>mean relative error of all layers, of their outputs where a calibration is there; lower is better</source>
        <translation>mittlerer relativer Fehler aller Schichten, mit Kalibrierung der ihrer Ausgaben; kleiner ist besser</translation>
    </message>
    <message>
        <source>Σ weights of the layer × its relative error / Σ weights</source>
        <translation>Σ Gewichte der Schicht × ihr relativer Fehler / Σ Gewichte</translation>
    </message>
    <message>
        <source>the measured results of each layer</source>
        <translation>die gemessenen Ergebnisse jeder Schicht</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Checkpoints and sessions (%1)</source>
        <translation>Checkpoints und Sitzungen (%1)</translation>
    </message>
    <message>
        <source>Sessions (*.qscope)</source>
        <translation>Sitzungen (*.qscope)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open checkpoints</source>
        <translation>Checkpoints öffnen</translation>
    </message>
</context>
<context>
    <name>HelpText</name>
    <message>
        <source>columns, row, tensor, RxC</source>
        <translation>Spalten, row, tensor, RxC</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>parameter</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>meaning</source>
        <translation>Bedeutung</translation>
    </message>
    <message>
        <source>Σ of the inputs</source>
        <translation>Σ der Eingaben</translation>
    </message>
    <message>
        <source>mean squares of the inputs</source>
        <translation>mittlere Quadrate der Eingaben</translation>
    </message>
    <message>
        <source>mean magnitudes of the inputs</source>
        <translation>mittlere Beträge der Eingaben</translation>
    </message>
    <message>
        <source>Fisher diagonals</source>
        <translation>Fisher-Diagonalen</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>das Modell</translation>
    </message>
    <message>
        <source>Needs: %1</source>
        <translation>Braucht: %1</translation>
    </message>
    <message>
        <source>weights only</source>
        <translation>nur Gewichte</translation>
    </message>
    <message>
        <source>Source: %1</source>
        <translation>Quelle: %1</translation>
    </message>
    <message>
        <source>In a recipe: &lt;code&gt;%1&lt;/code&gt;</source>
        <translation>Im Rezept: &lt;code&gt;%1&lt;/code&gt;</translation>
    </message>
    <message>
        <source>The whole model: blocks down, roles across; a cell is the chosen figure of one tensor. Click a cell to go to its tensor.</source>
        <translation>Das ganze Modell: Blöcke nach unten, Rollen nach rechts; ein Feld ist die gewählte Kennzahl eines Tensors. Ein Klick auf ein Feld führt zu seinem Tensor.</translation>
    </message>
    <message>
        <source>The histogram of the selected tensor, and of what results decode to. Ctrl+drag brushes a range of values: the heat map dims the rest.</source>
        <translation>Das Histogramm des gewählten Tensors und dessen, was Ergebnisse dekodieren. Strg+Ziehen markiert einen Wertebereich: Die Heatmap dunkelt den Rest ab.</translation>
    </message>
    <message>
        <source>The levels that a result uses, how often each is taken, and the weights they stand for.</source>
        <translation>Die Stufen, die ein Ergebnis benutzt, wie oft jede gewählt wird und für welche Gewichte sie stehen.</translation>
    </message>
    <message>
        <source>Every element of the matrix: the original, what a result decodes to, or the error. The wheel zooms at the cursor, drag pans, double click fits; the colour bar sets the range. Hold Space to blink A and B, C draws a curtain, D shows whose error is larger.</source>
        <translation>Jedes Element der Matrix: das Original, der dekodierte Wert eines Ergebnisses oder der Fehler. Das Rad zoomt am Zeiger, Ziehen verschiebt, Doppelklick passt ein; der Farbbalken setzt den Bereich. Leertaste halten wechselt zwischen A und B, C zieht einen Vorhang, D zeigt, wessen Fehler größer ist.</translation>
    </message>
    <message>
        <source>Original against decoded values: points off the diagonal are errors, steps are levels.</source>
        <translation>Original gegen dekodierte Werte: Punkte neben der Diagonalen sind Fehler, Treppen sind Stufen.</translation>
    </message>
    <message>
        <source>All results by their true bits and their error, with the Pareto front: what no other result beats in both. Click a point to select it.</source>
        <translation>Alle Ergebnisse nach wahren Bits und Fehler, mit der Pareto-Front: was kein anderes Ergebnis in beidem schlägt. Ein Klick auf einen Punkt wählt ihn.</translation>
    </message>
    <message>
        <source>A codebook to try things on: drag a level, add or delete one, and see error, usage and bits change at once; what you like is kept as a recipe.</source>
        <translation>Ein Codebuch zum Ausprobieren: Stufen ziehen, hinzufügen oder löschen, und Fehler, Nutzung und Bits ändern sich sofort; was gefällt, wird als Rezept behalten.</translation>
    </message>
    <message>
        <source>The checkpoint itself: what is wrong with it in plain words, its metadata, tokenizer, chat template and config.</source>
        <translation>Der Checkpoint selbst: was an ihm nicht stimmt, in klaren Worten, seine Metadaten, Tokenizer, Chat-Vorlage und Konfiguration.</translation>
    </message>
    <message>
        <source>On every page: F fits, L switches the log axis, H copies the picture, J and K walk through the tensors, A and B name the results that are compared, R runs. Ctrl+F1 lists all keys.</source>
        <translation>Auf jeder Seite: F passt ein, L schaltet die logarithmische Achse, H kopiert das Bild, J und K gehen durch die Tensoren, A und B benennen die verglichenen Ergebnisse, R rechnet. Strg+F1 zeigt alle Tasten.</translation>
    </message>
    <message>
        <source>largest magnitudes of the inputs</source>
        <translation>größte Beträge der Eingaben</translation>
    </message>
    <message>
        <source>samples of the inputs</source>
        <translation>Stichproben der Eingaben</translation>
    </message>
    <message>
        <source>What the model itself says. Calibrate runs it on a text and keeps what each layer reads: errors are then measured at the outputs, too. Budget chooses a recipe for each layer within so many bits. Evaluate runs the mixture and compares it with the original token by token; every figure has its noise beside it.</source>
        <translation>Was das Modell selbst sagt. Kalibrieren lässt es einen Text lesen und bewahrt, was jede Schicht liest: Fehler werden dann auch an den Ausgaben gemessen. Budget wählt für jede Schicht ein Rezept innerhalb so vieler Bits. Bewerten lässt die Mischung laufen und vergleicht sie Token für Token mit dem Original; neben jeder Zahl steht ihr Rauschen.</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Codebook</source>
        <translation>Codebuch</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>Verteilung</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Laboratory</source>
        <translation>Labor</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Scatter</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Bewerten</translation>
    </message>
</context>
<context>
    <name>RecipeEstimate</name>
    <message>
        <source>%1 codes</source>
        <translation>%1 Codes</translation>
    </message>
    <message>
        <source>%1 scales</source>
        <translation>%1 Skalen</translation>
    </message>
    <message>
        <source>%1 levels</source>
        <translation>%1 Stufen</translation>
    </message>
    <message>
        <source>needs weights only</source>
        <translation>braucht nur Gewichte</translation>
    </message>
    <message>
        <source>input covariance</source>
        <translation>Kovarianz der Eingaben</translation>
    </message>
    <message>
        <source>input mean squares</source>
        <translation>mittlere Quadrate der Eingaben</translation>
    </message>
    <message>
        <source>input mean magnitudes</source>
        <translation>mittlere Beträge der Eingaben</translation>
    </message>
    <message>
        <source>Fisher weights</source>
        <translation>Fisher-Gewichte</translation>
    </message>
    <message>
        <source>the model&apos;s forward pass</source>
        <translation>Vorwärtsrechnung des Modells</translation>
    </message>
    <message>
        <source>needs %1</source>
        <translation>braucht %1</translation>
    </message>
    <message>
        <source>input largest magnitudes</source>
        <translation>größte Beträge der Eingaben</translation>
    </message>
    <message>
        <source>input samples</source>
        <translation>Stichproben der Eingaben</translation>
    </message>
</context>
<context>
    <name>ResultExplanation</name>
    <message>
        <source>%1 of %2 against %3</source>
        <translation>%1 aus %2 gegen %3</translation>
    </message>
    <message>
        <source>%1 of %2, recipe %3</source>
        <translation>%1 aus %2, Rezept %3</translation>
    </message>
    <message>
        <source>%1 weights</source>
        <translation>%1 Gewichte</translation>
    </message>
    <message>
        <source>%1 bytes in the other file</source>
        <translation>%1 Bytes in der anderen Datei</translation>
    </message>
    <message>
        <source>%1  %2  %3 bits = %4 bpw</source>
        <translation>%1  %2  %3 Bits = %4 bpw</translation>
    </message>
    <message>
        <source>codes %1 bits, everything else %2 bits</source>
        <translation>Codes %1 Bits, alles andere %2 Bits</translation>
    </message>
    <message>
        <source>not measured: open a calibration file of this model, and run again</source>
        <translation>nicht gemessen: eine Kalibrierungsdatei dieses Modells öffnen und noch einmal ausführen</translation>
    </message>
    <message>
        <source>found in the result cache; %1 when it was computed, on %2</source>
        <translation>im Ergebnis-Cache gefunden; %1, als es berechnet wurde, auf %2</translation>
    </message>
    <message>
        <source>device: %1</source>
        <translation>Gerät: %1</translation>
    </message>
</context>
<context>
    <name>TensorParts</name>
    <message>
        <source>expert %1</source>
        <translation>Experte %1</translation>
    </message>
    <message>
        <source>head %1</source>
        <translation>Kopf %1</translation>
    </message>
    <message>
        <source>rows %1–%2, columns %3–%4</source>
        <translation>Zeilen %1–%2, Spalten %3–%4</translation>
    </message>
</context>
<context>
    <name>choice</name>
    <message>
        <source>absolute</source>
        <translation>absolut</translation>
    </message>
    <message>
        <source>apart</source>
        <translation>einzeln</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>decoded</source>
        <translation>dekodiert</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>fold</source>
        <translation>gefaltet</translation>
    </message>
    <message>
        <source>full</source>
        <translation>voll</translation>
    </message>
    <message>
        <source>gaussian</source>
        <translation>Gauß</translation>
    </message>
    <message>
        <source>group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>kurtosis</source>
        <translation>Kurtosis</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <source>magnitude</source>
        <translation>Betrag</translation>
    </message>
    <message>
        <source>max</source>
        <translation>Maximum</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>outliers</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>relative</source>
        <translation>relativ</translation>
    </message>
    <message>
        <source>relative_mse</source>
        <translation>rel. MSE</translation>
    </message>
    <message>
        <source>results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>rms</source>
        <translation>RMS</translation>
    </message>
    <message>
        <source>robust</source>
        <translation>robust</translation>
    </message>
    <message>
        <source>row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>signed</source>
        <translation>mit Vorzeichen</translation>
    </message>
    <message>
        <source>sqnr</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>squared</source>
        <translation>quadriert</translation>
    </message>
    <message>
        <source>std</source>
        <translation>Std-Abw σ</translation>
    </message>
    <message>
        <source>student</source>
        <translation>Student</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>region</source>
        <translation>Ausschnitt</translation>
    </message>
    <message>
        <source>als</source>
        <translation>als</translation>
    </message>
    <message>
        <source>asym</source>
        <translation>asym</translation>
    </message>
    <message>
        <source>asym_minmax</source>
        <translation>asym_minmax</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>auto</translation>
    </message>
    <message>
        <source>autoawq</source>
        <translation>autoawq</translation>
    </message>
    <message>
        <source>away</source>
        <translation>weg von 0</translation>
    </message>
    <message>
        <source>awq_official</source>
        <translation>awq_official</translation>
    </message>
    <message>
        <source>best</source>
        <translation>beste</translation>
    </message>
    <message>
        <source>bf16</source>
        <translation>bf16</translation>
    </message>
    <message>
        <source>current</source>
        <translation>jetzige</translation>
    </message>
    <message>
        <source>diagonal</source>
        <translation>Diagonale</translation>
    </message>
    <message>
        <source>even</source>
        <translation>gerade</translation>
    </message>
    <message>
        <source>fisher</source>
        <translation>fisher</translation>
    </message>
    <message>
        <source>flat</source>
        <translation>flach</translation>
    </message>
    <message>
        <source>floor</source>
        <translation>abrunden</translation>
    </message>
    <message>
        <source>fp3</source>
        <translation>fp3</translation>
    </message>
    <message>
        <source>fp4</source>
        <translation>fp4</translation>
    </message>
    <message>
        <source>fp4_bnb</source>
        <translation>fp4_bnb</translation>
    </message>
    <message>
        <source>fp4_e1m2</source>
        <translation>fp4_e1m2</translation>
    </message>
    <message>
        <source>fp4_e3m0</source>
        <translation>fp4_e3m0</translation>
    </message>
    <message>
        <source>fp6_e2m3</source>
        <translation>fp6_e2m3</translation>
    </message>
    <message>
        <source>fp6_e3m2</source>
        <translation>fp6_e3m2</translation>
    </message>
    <message>
        <source>fp8_e4m3</source>
        <translation>fp8_e4m3</translation>
    </message>
    <message>
        <source>fp8_e5m2</source>
        <translation>fp8_e5m2</translation>
    </message>
    <message>
        <source>fused</source>
        <translation>verschmolzen</translation>
    </message>
    <message>
        <source>ggml</source>
        <translation>ggml</translation>
    </message>
    <message>
        <source>gptq</source>
        <translation>gptq</translation>
    </message>
    <message>
        <source>gptq_official</source>
        <translation>gptq_official</translation>
    </message>
    <message>
        <source>gradient</source>
        <translation>Gradient</translation>
    </message>
    <message>
        <source>iq4_nl</source>
        <translation>iq4_nl</translation>
    </message>
    <message>
        <source>iq4_xs</source>
        <translation>iq4_xs</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>legacy</source>
        <translation>alt</translation>
    </message>
    <message>
        <source>llm-awq</source>
        <translation>llm-awq</translation>
    </message>
    <message>
        <source>minmax</source>
        <translation>minmax</translation>
    </message>
    <message>
        <source>mse</source>
        <translation>mse</translation>
    </message>
    <message>
        <source>mxfp4</source>
        <translation>mxfp4</translation>
    </message>
    <message>
        <source>mxfp6_e2m3</source>
        <translation>mxfp6_e2m3</translation>
    </message>
    <message>
        <source>mxfp6_e3m2</source>
        <translation>mxfp6_e3m2</translation>
    </message>
    <message>
        <source>mxfp8_e4m3</source>
        <translation>mxfp8_e4m3</translation>
    </message>
    <message>
        <source>mxfp8_e5m2</source>
        <translation>mxfp8_e5m2</translation>
    </message>
    <message>
        <source>mxint8</source>
        <translation>mxint8</translation>
    </message>
    <message>
        <source>nearest</source>
        <translation>nächste</translation>
    </message>
    <message>
        <source>nf3</source>
        <translation>nf3</translation>
    </message>
    <message>
        <source>nf4</source>
        <translation>nf4</translation>
    </message>
    <message>
        <source>one</source>
        <translation>eine</translation>
    </message>
    <message>
        <source>outer</source>
        <translation>äußere</translation>
    </message>
    <message>
        <source>search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>sigma</source>
        <translation>sigma</translation>
    </message>
    <message>
        <source>sym</source>
        <translation>sym</translation>
    </message>
    <message>
        <source>sym_absmax</source>
        <translation>sym_absmax</translation>
    </message>
    <message>
        <source>sym_full</source>
        <translation>sym_full</translation>
    </message>
    <message>
        <source>three_quarters</source>
        <translation>drei Viertel</translation>
    </message>
    <message>
        <source>two</source>
        <translation>zwei</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>cd</source>
        <translation>Koordinatenabstieg</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>direction</source>
        <translation>Richtung</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>  min %1</source>
        <translation>  Min %1</translation>
    </message>
    <message>
        <source>%1 NaN and %2 infinite elements are left out.</source>
        <translation>%1 NaN und %2 unendliche Elemente sind weggelassen.</translation>
    </message>
    <message>
        <source>%1 NaN and %2 infinite values, the first at %3</source>
        <translation>%1 NaN und %2 unendliche Werte, der erste bei %3</translation>
    </message>
    <message>
        <source>%1 are all zero (input channels that nothing reads), the first is column %2</source>
        <translation>%1 sind ganz null (Eingangskanäle, die niemand liest), die erste ist Spalte %2</translation>
    </message>
    <message>
        <source>%1 are all zero (output channels that say nothing), the first is row %2</source>
        <translation>%1 sind ganz null (Ausgangskanäle, die nichts sagen), die erste ist Zeile %2</translation>
    </message>
    <message>
        <source>%1 best on %2</source>
        <translation>%1 am besten bei %2</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>%1 can&apos;t undo a Hadamard transform of one layer; leave it out, or export decoded weights</source>
        <translation>%1 kann die Hadamard-Transformation einer einzelnen Schicht nicht rückgängig machen; lassen Sie sie weg oder exportieren Sie dekodierte Gewichte</translation>
    </message>
    <message>
        <source>%1 columns</source>
        <translation>%1 Spalten</translation>
    </message>
    <message>
        <source>%1 cosine %2</source>
        <translation>%1 Kosinus %2</translation>
    </message>
    <message>
        <source>%1 files hold integers; export decoded values, or use uniform</source>
        <translation>%1-Dateien enthalten ganze Zahlen; exportieren Sie dekodierte Werte oder nehmen Sie uniform</translation>
    </message>
    <message>
        <source>%1 files hold no MX blocks; export decoded values</source>
        <translation>%1-Dateien enthalten keine MX-Blöcke; exportieren Sie dekodierte Werte</translation>
    </message>
    <message>
        <source>%1 files hold no NVFP4 blocks; export decoded values</source>
        <translation>%1-Dateien enthalten keine NVFP4-Blöcke; exportieren Sie dekodierte Werte</translation>
    </message>
    <message>
        <source>%1 for this file</source>
        <translation>%1 für diese Datei</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>%1 frei</translation>
    </message>
    <message>
        <source>%1 has %2 % of its squared error at |w| from %3 to %4</source>
        <translation>%1 hat %2 % seines quadratischen Fehlers bei |w| von %3 bis %4</translation>
    </message>
    <message>
        <source>%1 has more</source>
        <translation>%1 hat mehr</translation>
    </message>
    <message>
        <source>%1 has no field for a codebook of free levels; nearest: nf (bitsandbytes) or rtn with the same bits</source>
        <translation>%1 hat kein Feld für ein Codebuch mit freien Stufen; am nächsten: nf (bitsandbytes) oder rtn mit gleich vielen Bits</translation>
    </message>
    <message>
        <source>%1 has no field for a codebook per group; nearest: rtn with the same bits, or nf (bitsandbytes)</source>
        <translation>%1 hat kein Feld für ein Codebuch je Gruppe; am nächsten: rtn mit gleich vielen Bits oder nf (bitsandbytes)</translation>
    </message>
    <message>
        <source>%1 has no place for sparse outliers; leave them out, or export to our own container</source>
        <translation>%1 hat keinen Platz für einzelne Ausreißer; lassen Sie sie weg oder exportieren Sie in unseren eigenen Container</translation>
    </message>
    <message>
        <source>%1 has no place in %2</source>
        <translation>%1 hat keinen Platz in %2</translation>
    </message>
    <message>
        <source>%1 is largest at column %2 with %3</source>
        <translation>%1 ist am größten in Spalte %2 mit %3</translation>
    </message>
    <message>
        <source>%1 is largest at row %2 with %3</source>
        <translation>%1 ist am größten in Zeile %2 mit %3</translation>
    </message>
    <message>
        <source>%1 is left out: all its values are equal.</source>
        <translation>%1 ist weggelassen: Alle Werte sind gleich.</translation>
    </message>
    <message>
        <source>%1 is of %2 of these %3 tensors.</source>
        <translation>%1 gilt für %2 dieser %3 Tensoren.</translation>
    </message>
    <message>
        <source>%1 needs rows of a multiple of %2 columns</source>
        <translation>%1 braucht Zeilen mit einem Vielfachen von %2 Spalten</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%1 von %2 %3</translation>
    </message>
    <message>
        <source>%1 of %2 groups are drawn, evenly spread.</source>
        <translation>%1 von %2 Gruppen sind gezeichnet, gleichmäßig verteilt.</translation>
    </message>
    <message>
        <source>%1 of the %2</source>
        <translation>%1 der %2</translation>
    </message>
    <message>
        <source>%1 reaches from %2 to %3 where a Gaussian reaches %4</source>
        <translation>%1 reicht von %2 bis %3, wo eine Gauß-Verteilung %4 erreicht</translation>
    </message>
    <message>
        <source>%1 relative MSE %2</source>
        <translation>%1 relativer MSE %2</translation>
    </message>
    <message>
        <source>%1 rms %2 and at most %3</source>
        <translation>%1 RMS %2 und höchstens %3</translation>
    </message>
    <message>
        <source>%1 tensor</source>
        <translation>%1 Tensor</translation>
    </message>
    <message>
        <source>%1 tensor name has control or bidirectional characters (shown escaped), such as %2</source>
        <translation>%1 Tensorname hat Steuer- oder Richtungszeichen (als Folgen gezeigt), etwa %2</translation>
    </message>
    <message>
        <source>%1 tensor names have control or bidirectional characters (shown escaped), such as %2</source>
        <translation>%1 Tensornamen haben Steuer- oder Richtungszeichen (als Folgen gezeigt), etwa %2</translation>
    </message>
    <message>
        <source>%1 tensor × %2 recipe</source>
        <translation>%1 Tensor × %2 Rezept</translation>
    </message>
    <message>
        <source>%1 tensor × %2 recipes</source>
        <translation>%1 Tensor × %2 Rezepte</translation>
    </message>
    <message>
        <source>%1 tensors in total</source>
        <translation>%1 Tensoren insgesamt</translation>
    </message>
    <message>
        <source>%1 tensors × %2 recipe</source>
        <translation>%1 Tensoren × %2 Rezept</translation>
    </message>
    <message>
        <source>%1 tensors × %2 recipes</source>
        <translation>%1 Tensoren × %2 Rezepte</translation>
    </message>
    <message>
        <source>%1 transposed</source>
        <translation>%1 transponiert</translation>
    </message>
    <message>
        <source>%1 values lie at F16&apos;s limit of 65504: they were cut when this was written</source>
        <translation>%1 Werte liegen an der Grenze von F16, 65504: Sie wurden beim Schreiben abgeschnitten</translation>
    </message>
    <message>
        <source>%1 · cosine %2</source>
        <translation>%1 · Kosinus %2</translation>
    </message>
    <message>
        <source>%1 · rel. MSE %2</source>
        <translation>%1 · rel. MSE %2</translation>
    </message>
    <message>
        <source>%1.%2 is not a group size</source>
        <translation>%1.%2 ist keine Gruppengröße</translation>
    </message>
    <message>
        <source>%1.%2 is not a width of this format</source>
        <translation>%1.%2 ist keine Breite dieses Formats</translation>
    </message>
    <message>
        <source>-1 or a whole number above 0</source>
        <translation>-1 oder eine ganze Zahl über 0</translation>
    </message>
    <message>
        <source>0 to %1</source>
        <translation>0 bis %1</translation>
    </message>
    <message>
        <source>1: groups along the inputs; 0: down the columns of the flattened matrix</source>
        <translation>1: Gruppen entlang der Eingaben; 0: die Spalten der ausgerollten Matrix hinab</translation>
    </message>
    <message>
        <source>6σ outliers (ppm)</source>
        <translation>6σ-Ausreißer (ppm)</translation>
    </message>
    <message>
        <source>A cell covers up to %1 × %2 elements and shows the one of largest magnitude.</source>
        <translation>Ein Feld deckt bis zu %1 × %2 Elemente und zeigt das betragsgrößte.</translation>
    </message>
    <message>
        <source>A cell covers up to %1 × %2 elements and shows their %3.</source>
        <translation>Ein Feld deckt bis zu %1 × %2 Elemente und zeigt ihr %3.</translation>
    </message>
    <message>
        <source>A floating-point table with one scale for positive and one for negative weights of each group.</source>
        <translation>Eine Gleitkommatabelle mit einer Skala für die positiven und einer für die negativen Gewichte jeder Gruppe.</translation>
    </message>
    <message>
        <source>AFPQ, arXiv 2311.01792</source>
        <translation>AFPQ, arXiv 2311.01792</translation>
    </message>
    <message>
        <source>AFPQ, arXiv 2311.01792, Algorithm 1; seed_methods.md §1</source>
        <translation>AFPQ, arXiv 2311.01792, Algorithmus 1; seed_methods.md §1</translation>
    </message>
    <message>
        <source>AFPQ, two scales a group</source>
        <translation>AFPQ, zwei Skalen je Gruppe</translation>
    </message>
    <message>
        <source>AWQ files hold 4 bits</source>
        <translation>AWQ-Dateien enthalten 4 Bits</translation>
    </message>
    <message>
        <source>AWQ files hold groups of input columns; use group=128</source>
        <translation>AWQ-Dateien enthalten Gruppen von Eingangsspalten; nehmen Sie group=128</translation>
    </message>
    <message>
        <source>AWQ scales are F16; use scale=f16</source>
        <translation>AWQ-Skalen sind F16; nehmen Sie scale=f16</translation>
    </message>
    <message>
        <source>Above 0 A puts more elements there, below 0 B.</source>
        <translation>Über 0 legt A dort mehr Elemente ab, unter 0 B.</translation>
    </message>
    <message>
        <source>Above 0 B is nearer to the original, below 0 A is; both err equally where the paper shows.</source>
        <translation>Über 0 ist B dem Original näher, unter 0 A; wo das Papier durchscheint, irren beide gleich.</translation>
    </message>
    <message>
        <source>All %1 elements are counted; dashed: decoded = original.</source>
        <translation>Alle %1 Elemente sind gezählt; gestrichelt: dekodiert = Original.</translation>
    </message>
    <message>
        <source>All %1 elements are counted; dashed: no error.</source>
        <translation>Alle %1 Elemente sind gezählt; gestrichelt: kein Fehler.</translation>
    </message>
    <message>
        <source>All curves by the original&apos;s mean and standard deviation; dashed: Gaussian.</source>
        <translation>Alle Kurven mit Mittel und Standardabweichung des Originals; gestrichelt: Gauß.</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>Wie gespeichert</translation>
    </message>
    <message>
        <source>Bands over all roles: tensors outside the blocks.</source>
        <translation>Bänder über alle Rollen: Tensoren außerhalb der Blöcke.</translation>
    </message>
    <message>
        <source>Block Hadamard</source>
        <translation>Block-Hadamard</translation>
    </message>
    <message>
        <source>Blocks of 16 E2M1 floats with an E4M3 scale each and one float for the tensor.</source>
        <translation>Blöcke aus 16 E2M1-Gleitkommazahlen mit je einer E4M3-Skala und einer Gleitkommazahl für den Tensor.</translation>
    </message>
    <message>
        <source>Blocks of 32 small floats or integers that share a power of two.</source>
        <translation>Blöcke aus 32 kleinen Gleitkomma- oder ganzen Zahlen, die sich eine Zweierpotenz teilen.</translation>
    </message>
    <message>
        <source>Codebook of %1: %2 groups of %3 levels, %4 of %5 levels are never used; group %6 uses %7 from %8 to %9.</source>
        <translation>Codebuch von %1: %2 Gruppen mit %3 Stufen, %4 von %5 Stufen werden nie benutzt; Gruppe %6 benutzt %7 von %8 bis %9.</translation>
    </message>
    <message>
        <source>Decoded against original weights, counts on a %1 by %2 grid from %3 to %4: %5.</source>
        <translation>Dekodierte gegen originale Gewichte, Anzahlen auf einem Gitter von %1 mal %2 von %3 bis %4: %5.</translation>
    </message>
    <message>
        <source>Decoded weights of %1 minus those of %2 in %3 bins from %4 to %5: %6 of %7 weights lie in other bins.</source>
        <translation>Dekodierte Gewichte von %1 minus die von %2 in %3 Klassen von %4 bis %5: %6 von %7 Gewichten liegen in anderen Klassen.</translation>
    </message>
    <message>
        <source>Difference of absolute errors: %1 is better on %2 of the elements, %3 on %4; rms error %5 against %6.</source>
        <translation>Differenz der absoluten Fehler: %1 ist auf %2 der Elemente besser, %3 auf %4; RMS-Fehler %5 gegen %6.</translation>
    </message>
    <message>
        <source>Difference of errors</source>
        <translation>Differenz der Fehler</translation>
    </message>
    <message>
        <source>Each group has its own best levels, found exactly by dynamic programming.</source>
        <translation>Jede Gruppe hat ihre eigenen besten Stufen, exakt gefunden durch dynamische Programmierung.</translation>
    </message>
    <message>
        <source>Each group&apos;s levels are a mixture of a few level shapes that the whole matrix shares: C = SᵀV − B.</source>
        <translation>Die Stufen jeder Gruppe sind eine Mischung weniger Stufenformen, die sich die ganze Matrix teilt: C = SᵀV − B.</translation>
    </message>
    <message>
        <source>Each result&apos;s errors by their own mean and standard deviation; dashed: Gaussian.</source>
        <translation>Fehler jedes Ergebnisses mit eigenem Mittel und eigener Standardabweichung; gestrichelt: Gauß.</translation>
    </message>
    <message>
        <source>Each weight takes the nearest level of its group.</source>
        <translation>Jedes Gewicht nimmt die nächste Stufe seiner Gruppe.</translation>
    </message>
    <message>
        <source>Error against the magnitude of the original weight: %1.</source>
        <translation>Fehler gegen den Betrag des originalen Gewichts: %1.</translation>
    </message>
    <message>
        <source>Error against the original weight: %1.</source>
        <translation>Fehler gegen das originale Gewicht: %1.</translation>
    </message>
    <message>
        <source>Error by magnitude</source>
        <translation>Fehler nach Betrag</translation>
    </message>
    <message>
        <source>Error by magnitude of the weight: %1.</source>
        <translation>Fehler nach Betrag des Gewichts: %1.</translation>
    </message>
    <message>
        <source>Evenly spaced levels: scale times an integer, with or without a zero point.</source>
        <translation>Gleich weit entfernte Stufen: Skala mal ganze Zahl, mit oder ohne Nullpunkt.</translation>
    </message>
    <message>
        <source>Exact k-means codebook</source>
        <translation>Exaktes k-Means-Codebuch</translation>
    </message>
    <message>
        <source>Experts are folded; experts=apart shows each.</source>
        <translation>Experten sind gefaltet; experts=apart zeigt jeden einzeln.</translation>
    </message>
    <message>
        <source>Floats of 3 to 8 bits times one absmax scale a group.</source>
        <translation>Gleitkommazahlen mit 3 bis 8 Bits mal eine Absmax-Skala je Gruppe.</translation>
    </message>
    <message>
        <source>Four bins to each factor of two in |w|, drawn at their geometric middle; the lowest bin holds everything below %1.</source>
        <translation>Vier Klassen je Verdopplung von |w|, gezeichnet in ihrer geometrischen Mitte; die unterste enthält alles unter %1.</translation>
    </message>
    <message>
        <source>GGUF has no NormalFloat type; nearest: ggml:type=iq4_nl, or export decoded values</source>
        <translation>GGUF hat keinen NormalFloat-Typ; am nächsten: ggml:type=iq4_nl, oder exportieren Sie dekodierte Werte</translation>
    </message>
    <message>
        <source>GGUF has no such type; nearest: ggml:type=mxfp4 or q8_0, or export decoded values</source>
        <translation>GGUF hat keinen solchen Typ; am nächsten: ggml:type=mxfp4 oder q8_0, oder exportieren Sie dekodierte Werte</translation>
    </message>
    <message>
        <source>GPTQ files hold 2, 3, 4 or 8 bits</source>
        <translation>GPTQ-Dateien enthalten 2, 3, 4 oder 8 Bits</translation>
    </message>
    <message>
        <source>GPTQ files hold groups of input columns or whole rows</source>
        <translation>GPTQ-Dateien enthalten Gruppen von Eingangsspalten oder ganze Zeilen</translation>
    </message>
    <message>
        <source>GPTQ scales are F16; use scale=f16</source>
        <translation>GPTQ-Skalen sind F16; nehmen Sie scale=f16</translation>
    </message>
    <message>
        <source>Gaussian quantile</source>
        <translation>Gauß-Quantil</translation>
    </message>
    <message>
        <source>Gaussian: mean %1, standard deviation %2.</source>
        <translation>Gauß: Mittel %1, Standardabweichung %2.</translation>
    </message>
    <message>
        <source>Group %1: %2 of %3 levels are used. A cross is a level that nothing uses.</source>
        <translation>Gruppe %1: %2 von %3 Stufen werden benutzt. Ein Kreuz ist eine Stufe, die nichts benutzt.</translation>
    </message>
    <message>
        <source>Group %1: %2 of %3 levels are used; %4. A cross is a level that nothing uses.</source>
        <translation>Gruppe %1: %2 von %3 Stufen werden benutzt; %4. Ein Kreuz ist eine Stufe, die nichts benutzt.</translation>
    </message>
    <message>
        <source>HQQ files hold a float zero point per group; nearest: hqq</source>
        <translation>HQQ-Dateien enthalten einen Gleitkomma-Nullpunkt je Gruppe; am nächsten: hqq</translation>
    </message>
    <message>
        <source>HQQ with axis=0 needs a number of weights that its group size divides</source>
        <translation>HQQ mit axis=0 braucht eine Anzahl von Gewichten, die seine Gruppengröße teilt</translation>
    </message>
    <message>
        <source>HQQ with axis=0 takes groups of a number of weights</source>
        <translation>HQQ mit axis=0 nimmt Gruppen aus einer Anzahl von Gewichten</translation>
    </message>
    <message>
        <source>HQQ&apos;s format has groups of a number of weights; choose group=64</source>
        <translation>Das Format von HQQ hat Gruppen aus einer Anzahl von Gewichten; nehmen Sie group=64</translation>
    </message>
    <message>
        <source>HQQ&apos;s format packs 1, 2, 3, 4 or 8 bits</source>
        <translation>Das Format von HQQ packt 1, 2, 3, 4 oder 8 Bits</translation>
    </message>
    <message>
        <source>HQQ, float zero points</source>
        <translation>HQQ, Gleitkomma-Nullpunkte</translation>
    </message>
    <message>
        <source>Half-quadratic quantization</source>
        <translation>Halbquadratische Quantisierung</translation>
    </message>
    <message>
        <source>Half-quadratic quantization, mobiusml/hqq</source>
        <translation>Halbquadratische Quantisierung, mobiusml/hqq</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Heat map of %1, %2 by %3 elements, colours from %4 to %5, cells from %6 to %7.</source>
        <translation>Heatmap von %1, %2 mal %3 Elemente, Farben von %4 bis %5, Felder von %6 bis %7.</translation>
    </message>
    <message>
        <source>Heat map of %1, %2 by %3 elements, colours from %4 to %5, cells from %6 to %7; %8.</source>
        <translation>Heatmap von %1, %2 mal %3 Elemente, Farben von %4 bis %5, Felder von %6 bis %7; %8.</translation>
    </message>
    <message>
        <source>Higher is better.</source>
        <translation>Höher ist besser.</translation>
    </message>
    <message>
        <source>Histogram of %1 weights from %2 to %3 in %4 bins: mean %5, standard deviation %6, excess kurtosis %7.</source>
        <translation>Histogramm von %1 Gewichten von %2 bis %3 in %4 Klassen: Mittel %5, Standardabweichung %6, Exzess %7.</translation>
    </message>
    <message>
        <source>How are the weights distributed, and where do the levels stand?</source>
        <translation>Wie sind die Gewichte verteilt, und wo stehen die Stufen?</translation>
    </message>
    <message>
        <source>How do decoded weights follow the original ones?</source>
        <translation>Wie folgen dekodierte Gewichte den originalen?</translation>
    </message>
    <message>
        <source>How far are weights or errors from Gaussian, above all in the tails?</source>
        <translation>Wie weit sind Gewichte oder Fehler von Gauß entfernt, vor allem in den Ausläufern?</translation>
    </message>
    <message>
        <source>How large is the error of small and of large weights?</source>
        <translation>Wie groß ist der Fehler kleiner und großer Gewichte?</translation>
    </message>
    <message>
        <source>Integers whose zero points minimise a sparse norm of the error by a half-quadratic loop; no data.</source>
        <translation>Ganze Zahlen, deren Nullpunkte eine dünne Norm des Fehlers in einer halbquadratischen Schleife minimieren; ohne Daten.</translation>
    </message>
    <message>
        <source>Keeps the values themselves, in the smallest plain type that holds them all exactly.</source>
        <translation>Behält die Werte selbst, im kleinsten einfachen Typ, der alle exakt fasst.</translation>
    </message>
    <message>
        <source>LCQ, arXiv 2405.20973 (reconstruction)</source>
        <translation>LCQ, arXiv 2405.20973 (Rekonstruktion)</translation>
    </message>
    <message>
        <source>LCQ-style low-rank codebook</source>
        <translation>Codebuch niedrigen Rangs nach LCQ</translation>
    </message>
    <message>
        <source>Layers and recipes</source>
        <translation>Schichten und Rezepte</translation>
    </message>
    <message>
        <source>Levels at the quantiles of a normal distribution, one absmax scale a group.</source>
        <translation>Stufen an den Quantilen einer Normalverteilung, eine Absmax-Skala je Gruppe.</translation>
    </message>
    <message>
        <source>Low-rank codebooks</source>
        <translation>Codebücher niedrigen Rangs</translation>
    </message>
    <message>
        <source>Lower is better.</source>
        <translation>Niedriger ist besser.</translation>
    </message>
    <message>
        <source>Maps: %1.</source>
        <translation>Karten: %1.</translation>
    </message>
    <message>
        <source>Microscaling (MX)</source>
        <translation>Microscaling (MX)</translation>
    </message>
    <message>
        <source>NUL in a tensor name</source>
        <translation>NUL in einem Tensornamen</translation>
    </message>
    <message>
        <source>NVIDIA ModelOpt, compressed-tensors</source>
        <translation>NVIDIA ModelOpt, compressed-tensors</translation>
    </message>
    <message>
        <source>NVIDIA ModelOpt, compressed-tensors (formats.md B3.3); related_methods.md §25</source>
        <translation>NVIDIA ModelOpt, compressed-tensors (formats.md B3.3); related_methods.md §25</translation>
    </message>
    <message>
        <source>Nearest level</source>
        <translation>Nächste Stufe</translation>
    </message>
    <message>
        <source>No result is chosen: the original is shown.</source>
        <translation>Kein Ergebnis ist gewählt: Gezeigt wird das Original.</translation>
    </message>
    <message>
        <source>NumPy has no type %1: such tensors are written as F32</source>
        <translation>NumPy hat keinen Typ %1: Solche Tensoren werden als F32 geschrieben</translation>
    </message>
    <message>
        <source>NumPy has no type for this tensor, and it has no decoding</source>
        <translation>NumPy hat keinen Typ für diesen Tensor, und er lässt sich nicht dekodieren</translation>
    </message>
    <message>
        <source>OCP FP8 and MX element formats; bitsandbytes FP4; related_methods.md §10, §11, §23</source>
        <translation>Elementformate von OCP FP8 und MX; FP4 von bitsandbytes; related_methods.md §10, §11, §23</translation>
    </message>
    <message>
        <source>OCP FP8, FP4, FP6; bitsandbytes FP4</source>
        <translation>OCP FP8, FP4, FP6; FP4 von bitsandbytes</translation>
    </message>
    <message>
        <source>OCP Microscaling Formats 1.0</source>
        <translation>OCP Microscaling Formats 1.0</translation>
    </message>
    <message>
        <source>OCP Microscaling Formats 1.0; microxcaling; compressed-tensors; related_methods.md §24</source>
        <translation>OCP Microscaling Formats 1.0; microxcaling; compressed-tensors; related_methods.md §24</translation>
    </message>
    <message>
        <source>Of neighbouring %1s the one of largest figure is drawn.</source>
        <translation>Von benachbarten %1n ist die mit der größten Kennzahl gezeichnet.</translation>
    </message>
    <message>
        <source>Of this long tensor %1 evenly spread elements at most are used.</source>
        <translation>Von diesem langen Tensor gehen höchstens %1 gleichmäßig verteilte Elemente ein.</translation>
    </message>
    <message>
        <source>Overview of %1 blocks and %2 roles by %3: %4.</source>
        <translation>Übersicht über %1 Blöcke und %2 Rollen nach %3: %4.</translation>
    </message>
    <message>
        <source>Pareto front</source>
        <translation>Pareto-Front</translation>
    </message>
    <message>
        <source>Profile by %1, %2 of the %3: %4.</source>
        <translation>Profil je %1, %2 der %3: %4.</translation>
    </message>
    <message>
        <source>QLoRA, arXiv 2305.14314</source>
        <translation>QLoRA, arXiv 2305.14314</translation>
    </message>
    <message>
        <source>QLoRA, arXiv 2305.14314; bitsandbytes (formats.md B4.1)</source>
        <translation>QLoRA, arXiv 2305.14314; bitsandbytes (formats.md B4.1)</translation>
    </message>
    <message>
        <source>QuaRot, arXiv 2404.00456; QuIP</source>
        <translation>QuaRot, arXiv 2404.00456; QuIP</translation>
    </message>
    <message>
        <source>Quantile plot in standard deviations: %1.</source>
        <translation>Quantildiagramm in Standardabweichungen: %1.</translation>
    </message>
    <message>
        <source>Quantile plot in standard deviations: nothing to draw.</source>
        <translation>Quantildiagramm in Standardabweichungen: nichts zu zeichnen.</translation>
    </message>
    <message>
        <source>ROW,COLUMN within %1×%2</source>
        <translation>ZEILE,SPALTE innerhalb von %1×%2</translation>
    </message>
    <message>
        <source>Random signs and a Hadamard matrix per block of inputs spread outliers before the grid.</source>
        <translation>Zufällige Vorzeichen und eine Hadamard-Matrix je Block von Eingaben verteilen Ausreißer vor dem Gitter.</translation>
    </message>
    <message>
        <source>Rate against distortion of %1 recipes; on the Pareto front: %2.</source>
        <translation>Rate gegen Verzerrung von %1 Rezepten; auf der Pareto-Front: %2.</translation>
    </message>
    <message>
        <source>Rate against distortion of %1 recipes; on the Pareto front: none with an error.</source>
        <translation>Rate gegen Verzerrung von %1 Rezepten; auf der Pareto-Front: keines mit Fehler.</translation>
    </message>
    <message>
        <source>Rate and distortion</source>
        <translation>Rate und Verzerrung</translation>
    </message>
    <message>
        <source>Round to nearest, integers</source>
        <translation>Runden zur nächsten, ganze Zahlen</translation>
    </message>
    <message>
        <source>SQNR (dB)</source>
        <translation>SQNR (dB)</translation>
    </message>
    <message>
        <source>Several tensors of one role in a block (experts, norms) are shown by their mean.</source>
        <translation>Mehrere Tensoren einer Rolle in einem Block (Experten, Normen) sind durch ihr Mittel gezeigt.</translation>
    </message>
    <message>
        <source>Sparse outliers</source>
        <translation>Einzelne Ausreißer</translation>
    </message>
    <message>
        <source>SqueezeLLM, arXiv 2306.07629 (dense and sparse)</source>
        <translation>SqueezeLLM, arXiv 2306.07629 (dicht und dünn)</translation>
    </message>
    <message>
        <source>SqueezeLLM, arXiv 2306.07629; Ckmeans.1d.dp</source>
        <translation>SqueezeLLM, arXiv 2306.07629; Ckmeans.1d.dp</translation>
    </message>
    <message>
        <source>SqueezeLLM, arXiv 2306.07629; exact one-dimensional k-means</source>
        <translation>SqueezeLLM, arXiv 2306.07629; exaktes eindimensionales k-Means</translation>
    </message>
    <message>
        <source>Stems of %1: mean decoded value of each code, since groups have levels of their own.</source>
        <translation>Striche von %1: mittlerer dekodierter Wert jedes Codes, da Gruppen eigene Stufen haben.</translation>
    </message>
    <message>
        <source>Student&apos;s t: location %1, scale %2, %3 degrees of freedom (largest likelihood on the bins).</source>
        <translation>Student-t: Lage %1, Skala %2, %3 Freiheitsgrade (größte Likelihood auf den Klassen).</translation>
    </message>
    <message>
        <source>Table of %1 by %2: %3 of %4 tensors.</source>
        <translation>Tabelle von %1 nach %2: %3 von %4 Tensoren.</translation>
    </message>
    <message>
        <source>The block types of GGUF files, with scales searched for the least error.</source>
        <translation>Die Blocktypen von GGUF-Dateien, mit Skalen, die auf kleinsten Fehler gesucht werden.</translation>
    </message>
    <message>
        <source>The largest weights are kept beside the codes and replace the dense value.</source>
        <translation>Die größten Gewichte werden neben den Codes aufbewahrt und ersetzen den dichten Wert.</translation>
    </message>
    <message>
        <source>Where in the matrix are large weights, and where does a recipe err?</source>
        <translation>Wo in der Matrix stehen große Gewichte, und wo irrt ein Rezept?</translation>
    </message>
    <message>
        <source>Where is one result better than another?</source>
        <translation>Wo ist ein Ergebnis besser als ein anderes?</translation>
    </message>
    <message>
        <source>Which layers of the model stand out, and where does a recipe err most?</source>
        <translation>Welche Schichten des Modells fallen auf, und wo irrt ein Rezept am meisten?</translation>
    </message>
    <message>
        <source>Which levels does each group have, and which are used?</source>
        <translation>Welche Stufen hat jede Gruppe, und welche werden benutzt?</translation>
    </message>
    <message>
        <source>Which recipe suits which layer?</source>
        <translation>Welches Rezept passt zu welcher Schicht?</translation>
    </message>
    <message>
        <source>Which recipes give the least error for their bits?</source>
        <translation>Welche Rezepte geben den kleinsten Fehler für ihre Bits?</translation>
    </message>
    <message>
        <source>Which rows or columns stand out?</source>
        <translation>Welche Zeilen oder Spalten fallen auf?</translation>
    </message>
    <message>
        <source>Which weights carry the error: small or large ones?</source>
        <translation>Welche Gewichte tragen den Fehler: kleine oder große?</translation>
    </message>
    <message>
        <source>Without error, so without a place on this axis: %1.</source>
        <translation>Ohne Fehler und darum ohne Platz auf dieser Achse: %1.</translation>
    </message>
    <message>
        <source>a Hadamard block is a power of two</source>
        <translation>ein Hadamard-Block ist eine Zweierpotenz</translation>
    </message>
    <message>
        <source>a cell shows</source>
        <translation>ein Feld zeigt</translation>
    </message>
    <message>
        <source>a checkpoint has no proper path</source>
        <translation>ein Checkpoint hat keinen gültigen Pfad</translation>
    </message>
    <message>
        <source>a comparison needs two results</source>
        <translation>ein Vergleich braucht zwei Ergebnisse</translation>
    </message>
    <message>
        <source>a control character in a file name</source>
        <translation>ein Steuerzeichen in einem Dateinamen</translation>
    </message>
    <message>
        <source>a difference needs two results</source>
        <translation>eine Differenz braucht zwei Ergebnisse</translation>
    </message>
    <message>
        <source>a drive letter or a URL instead of a file name</source>
        <translation>ein Laufwerksbuchstabe oder eine URL statt eines Dateinamens</translation>
    </message>
    <message>
        <source>a file name longer than 255 bytes</source>
        <translation>ein Dateiname länger als 255 Bytes</translation>
    </message>
    <message>
        <source>a file name that leads out of the folder</source>
        <translation>ein Dateiname, der aus dem Ordner hinausführt</translation>
    </message>
    <message>
        <source>a file that belongs to the checkpoint is missing</source>
        <translation>eine Datei, die zum Checkpoint gehört, fehlt</translation>
    </message>
    <message>
        <source>a fixed codebook for the whole tensor, numbers parted by &apos;;&apos;</source>
        <translation>ein festes Codebuch für den ganzen Tensor, Zahlen durch &apos;;&apos; getrennt</translation>
    </message>
    <message>
        <source>a histogram needs at least two edges</source>
        <translation>ein Histogramm braucht mindestens zwei Grenzen</translation>
    </message>
    <message>
        <source>a limit of %1 bytes</source>
        <translation>eine Grenze von %1 Bytes</translation>
    </message>
    <message>
        <source>a loop of symlinks</source>
        <translation>symbolische Verweise im Kreis</translation>
    </message>
    <message>
        <source>a map&apos;s shape does not match its values</source>
        <translation>die Form einer Karte passt nicht zu ihren Werten</translation>
    </message>
    <message>
        <source>a multiple of %1</source>
        <translation>ein Vielfaches von %1</translation>
    </message>
    <message>
        <source>a multiple of %1 input columns</source>
        <translation>ein Vielfaches von %1 Eingangsspalten</translation>
    </message>
    <message>
        <source>a number from %1 to %2</source>
        <translation>eine Zahl von %1 bis %2</translation>
    </message>
    <message>
        <source>a number of input columns &gt;= 1, row, tensor or RxC</source>
        <translation>eine Anzahl Eingangsspalten &gt;= 1, row, tensor oder RxC</translation>
    </message>
    <message>
        <source>a parallel loop</source>
        <translation>eine parallele Schleife</translation>
    </message>
    <message>
        <source>a piece of an array is missing</source>
        <translation>ein Stück eines Arrays fehlt</translation>
    </message>
    <message>
        <source>a recipe has an empty part</source>
        <translation>ein Rezept hat einen leeren Teil</translation>
    </message>
    <message>
        <source>a recipe parameter has no value</source>
        <translation>ein Parameter des Rezepts hat keinen Wert</translation>
    </message>
    <message>
        <source>a recipe that this program can&apos;t read</source>
        <translation>ein Rezept, das dieses Programm nicht lesen kann</translation>
    </message>
    <message>
        <source>a result can&apos;t be kept in the cache</source>
        <translation>ein Ergebnis kann nicht im Cache bleiben</translation>
    </message>
    <message>
        <source>a result can&apos;t be put into the cache</source>
        <translation>ein Ergebnis kann nicht in den Cache gelegt werden</translation>
    </message>
    <message>
        <source>a result has another shape than its tensor</source>
        <translation>ein Ergebnis hat eine andere Form als sein Tensor</translation>
    </message>
    <message>
        <source>a result has not the bits of its arrays</source>
        <translation>ein Ergebnis hat nicht die Bits seiner Arrays</translation>
    </message>
    <message>
        <source>a result has not the weights of its shape</source>
        <translation>ein Ergebnis hat nicht die Gewichte seiner Form</translation>
    </message>
    <message>
        <source>a result without its checkpoint</source>
        <translation>ein Ergebnis ohne seinen Checkpoint</translation>
    </message>
    <message>
        <source>a scale is too large for %1</source>
        <translation>eine Skala ist zu groß für %1</translation>
    </message>
    <message>
        <source>a session of a version that this program does not read</source>
        <translation>eine Sitzung einer Version, die dieses Programm nicht liest</translation>
    </message>
    <message>
        <source>a signal handler may only use lock-free atomics</source>
        <translation>ein Signalbehandler darf nur sperrfreie atomare Variablen benutzen</translation>
    </message>
    <message>
        <source>a symlink that leads nowhere</source>
        <translation>ein symbolischer Verweis, der nirgendwohin führt</translation>
    </message>
    <message>
        <source>a symlink that leads out of the model&apos;s folder</source>
        <translation>ein symbolischer Verweis, der aus dem Ordner des Modells hinausführt</translation>
    </message>
    <message>
        <source>a tensor has an empty name</source>
        <translation>ein Tensor hat einen leeren Namen</translation>
    </message>
    <message>
        <source>a value</source>
        <translation>ein Wert</translation>
    </message>
    <message>
        <source>a value is too large for %1</source>
        <translation>ein Wert ist zu groß für %1</translation>
    </message>
    <message>
        <source>a weight is not finite</source>
        <translation>ein Gewicht ist nicht endlich</translation>
    </message>
    <message>
        <source>a weight is too large for %1</source>
        <translation>ein Gewicht ist zu groß für %1</translation>
    </message>
    <message>
        <source>a whole number from %1 to %2</source>
        <translation>eine ganze Zahl von %1 bis %2</translation>
    </message>
    <message>
        <source>a: codes held fixed; b: straight-through on the index</source>
        <translation>a: Codes bleiben fest; b: Gradient wird am Index durchgereicht</translation>
    </message>
    <message>
        <source>add global=fused</source>
        <translation>fügen Sie global=fused hinzu</translation>
    </message>
    <message>
        <source>afpq: group can&apos;t be read</source>
        <translation>afpq: group ist nicht lesbar</translation>
    </message>
    <message>
        <source>after LCQ, arXiv 2405.20973 (its code is not public; layer-wise reconstruction)</source>
        <translation>nach LCQ, arXiv 2405.20973 (dessen Code ist nicht öffentlich; Rekonstruktion je Schicht)</translation>
    </message>
    <message>
        <source>all weights are zero</source>
        <translation>alle Gewichte sind null</translation>
    </message>
    <message>
        <source>alternating least squares, or Adam</source>
        <translation>alternierende kleinste Quadrate oder Adam</translation>
    </message>
    <message>
        <source>amax is for global=fused only</source>
        <translation>amax gilt nur für global=fused</translation>
    </message>
    <message>
        <source>an array has no proper type or shape</source>
        <translation>ein Array hat keinen gültigen Typ oder keine gültige Form</translation>
    </message>
    <message>
        <source>an array has not the bytes of its shape</source>
        <translation>ein Array hat nicht die Bytes seiner Form</translation>
    </message>
    <message>
        <source>an array of a cached result is missing</source>
        <translation>ein Array eines Ergebnisses im Cache fehlt</translation>
    </message>
    <message>
        <source>an empty tensor is carried through, never quantized</source>
        <translation>ein leerer Tensor wird durchgereicht und nie quantisiert</translation>
    </message>
    <message>
        <source>architecture &apos;%1&apos; is not llama, qwen2 or qwen3</source>
        <translation>Architektur &apos;%1&apos; ist nicht llama, qwen2 oder qwen3</translation>
    </message>
    <message>
        <source>array %1 has the wrong type or shape</source>
        <translation>Array %1 hat den falschen Typ oder die falsche Form</translation>
    </message>
    <message>
        <source>array %1 holds a scale whose levels are not finite</source>
        <translation>Array %1 enthält eine Skala, deren Stufen nicht endlich sind</translation>
    </message>
    <message>
        <source>array %1 holds a value that is not finite</source>
        <translation>Array %1 enthält einen Wert, der nicht endlich ist</translation>
    </message>
    <message>
        <source>array %1 is missing</source>
        <translation>Array %1 fehlt</translation>
    </message>
    <message>
        <source>array codes holds the code of Inf or NaN in row %1</source>
        <translation>Array codes enthält in Zeile %1 den Code von Inf oder NaN</translation>
    </message>
    <message>
        <source>array grid.blocks holds a scale that is not finite</source>
        <translation>Array grid.blocks enthält eine Skala, die nicht endlich ist</translation>
    </message>
    <message>
        <source>array grid.global_scale must be above 0 and give finite values</source>
        <translation>Array grid.global_scale muss über 0 liegen und endliche Werte geben</translation>
    </message>
    <message>
        <source>array grid.scale holds a negative scale</source>
        <translation>Array grid.scale enthält eine negative Skala</translation>
    </message>
    <message>
        <source>array grid.scale holds a negative scale or NaN</source>
        <translation>Array grid.scale enthält eine negative Skala oder NaN</translation>
    </message>
    <message>
        <source>array grid.scale holds an E8M0 byte whose values are not finite</source>
        <translation>Array grid.scale enthält ein E8M0-Byte, dessen Werte nicht endlich sind</translation>
    </message>
    <message>
        <source>array grid.scale_codes decodes to a value that is not finite</source>
        <translation>Array grid.scale_codes dekodiert zu einem Wert, der nicht endlich ist</translation>
    </message>
    <message>
        <source>arrays are out of order</source>
        <translation>Arrays sind nicht der Reihe nach</translation>
    </message>
    <message>
        <source>at most %1 levels with bits=%2</source>
        <translation>höchstens %1 Stufen mit bits=%2</translation>
    </message>
    <message>
        <source>at most 1024 bytes</source>
        <translation>höchstens 1024 Bytes</translation>
    </message>
    <message>
        <source>at most 4 294 967 295</source>
        <translation>höchstens 4 294 967 295</translation>
    </message>
    <message>
        <source>bits of a code</source>
        <translation>Bits eines Codes</translation>
    </message>
    <message>
        <source>bits of a code; a group has 2^bits levels</source>
        <translation>Bits eines Codes; eine Gruppe hat 2^bits Stufen</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>bitsandbytes blocks are powers of two from 32 to 4096</source>
        <translation>bitsandbytes-Blöcke sind Zweierpotenzen von 32 bis 4096</translation>
    </message>
    <message>
        <source>bitsandbytes blocks run over the flattened matrix; use layout=flat</source>
        <translation>bitsandbytes-Blöcke laufen über die ausgerollte Matrix; nehmen Sie layout=flat</translation>
    </message>
    <message>
        <source>bitsandbytes holds NF4 and FP4; NF3 has no place</source>
        <translation>bitsandbytes fasst NF4 und FP4; NF3 hat keinen Platz</translation>
    </message>
    <message>
        <source>bitsandbytes scales are F32; use scale=f32</source>
        <translation>bitsandbytes-Skalen sind F32; nehmen Sie scale=f32</translation>
    </message>
    <message>
        <source>bitsandbytes stores NF4 and FP4 blocks; nearest: nf:format=nf4,layout=flat</source>
        <translation>bitsandbytes speichert NF4- und FP4-Blöcke; am nächsten: nf:format=nf4,layout=flat</translation>
    </message>
    <message>
        <source>bitsandbytes&apos; FP4 has its own table; use format=fp4_bnb</source>
        <translation>FP4 von bitsandbytes hat eine eigene Tabelle; nehmen Sie format=fp4_bnb</translation>
    </message>
    <message>
        <source>block %1 lacks %2, which %3 of %4 blocks have</source>
        <translation>Block %1 fehlt %2, das %3 von %4 Blöcken haben</translation>
    </message>
    <message>
        <source>block=128 or 0</source>
        <translation>block=128 oder 0</translation>
    </message>
    <message>
        <source>blocks are numbered up to %1, but %2 has no tensor: %3</source>
        <translation>Blöcke sind bis %1 nummeriert, aber %2 hat keinen Tensor: %3</translation>
    </message>
    <message>
        <source>blocks are numbered up to %1, but %2 has no tensor: %3, …</source>
        <translation>Blöcke sind bis %1 nummeriert, aber %2 hat keinen Tensor: %3, …</translation>
    </message>
    <message>
        <source>blocks are numbered up to %1, but %2 have no tensor: %3</source>
        <translation>Blöcke sind bis %1 nummeriert, aber %2 haben keinen Tensor: %3</translation>
    </message>
    <message>
        <source>blocks are numbered up to %1, but %2 have no tensor: %3, …</source>
        <translation>Blöcke sind bis %1 nummeriert, aber %2 haben keinen Tensor: %3, …</translation>
    </message>
    <message>
        <source>calibrate the model first</source>
        <translation>kalibrieren Sie zuerst das Modell</translation>
    </message>
    <message>
        <source>calibrate the model first, or choose weights=none</source>
        <translation>kalibrieren Sie zuerst das Modell, oder nehmen Sie weights=none</translation>
    </message>
    <message>
        <source>calibrate the model first, or take importance=none</source>
        <translation>kalibrieren Sie zuerst das Modell, oder nehmen Sie importance=none</translation>
    </message>
    <message>
        <source>can&apos;t close</source>
        <translation>lässt sich nicht schließen</translation>
    </message>
    <message>
        <source>can&apos;t create</source>
        <translation>lässt sich nicht anlegen</translation>
    </message>
    <message>
        <source>can&apos;t create the folder</source>
        <translation>der Ordner lässt sich nicht anlegen</translation>
    </message>
    <message>
        <source>can&apos;t put the target in place</source>
        <translation>das Ziel lässt sich nicht einsetzen</translation>
    </message>
    <message>
        <source>can&apos;t reserve</source>
        <translation>lässt sich nicht reservieren</translation>
    </message>
    <message>
        <source>can&apos;t sync</source>
        <translation>lässt sich nicht auf den Datenträger schreiben</translation>
    </message>
    <message>
        <source>can&apos;t write</source>
        <translation>lässt sich nicht schreiben</translation>
    </message>
    <message>
        <source>cells a side</source>
        <translation>Felder je Seite</translation>
    </message>
    <message>
        <source>checking an artefact</source>
        <translation>ein Artefakt prüfen</translation>
    </message>
    <message>
        <source>checkpoints are out of order</source>
        <translation>Checkpoints sind nicht der Reihe nach</translation>
    </message>
    <message>
        <source>choose a recipe</source>
        <translation>wählen Sie ein Rezept</translation>
    </message>
    <message>
        <source>choose a result of a recipe</source>
        <translation>wählen Sie das Ergebnis eines Rezepts</translation>
    </message>
    <message>
        <source>choose another name</source>
        <translation>wählen Sie einen anderen Namen</translation>
    </message>
    <message>
        <source>choose another name, or --force to replace it</source>
        <translation>wählen Sie einen anderen Namen, oder --force, um es zu ersetzen</translation>
    </message>
    <message>
        <source>choose axis=1 or another group</source>
        <translation>nehmen Sie axis=1 oder eine andere Gruppe</translation>
    </message>
    <message>
        <source>choose block=%1, or block=0 for the largest that fits</source>
        <translation>nehmen Sie block=%1, oder block=0 für den größten, der passt</translation>
    </message>
    <message>
        <source>choose smaller groups</source>
        <translation>wählen Sie kleinere Gruppen</translation>
    </message>
    <message>
        <source>choose two recipes with the same groups and bits</source>
        <translation>wählen Sie zwei Rezepte mit gleichen Gruppen und Bits</translation>
    </message>
    <message>
        <source>code %1, %2 use</source>
        <translation>Code %1, %2 Nutzung</translation>
    </message>
    <message>
        <source>code %1, %2 uses</source>
        <translation>Code %1, %2 Nutzungen</translation>
    </message>
    <message>
        <source>colour limits</source>
        <translation>Farbgrenzen</translation>
    </message>
    <message>
        <source>columns of a block, a power of two; 0: the largest that divides the row</source>
        <translation>Spalten eines Blocks, eine Zweierpotenz; 0: die größte, die die Zeile teilt</translation>
    </message>
    <message>
        <source>committing twice</source>
        <translation>zweimal abgeschlossen</translation>
    </message>
    <message>
        <source>compressed-tensors has no NormalFloat format; nearest: nvfp4, or export decoded values</source>
        <translation>compressed-tensors hat kein NormalFloat-Format; am nächsten: nvfp4, oder exportieren Sie dekodierte Werte</translation>
    </message>
    <message>
        <source>compressed-tensors holds MXFP4 and MXFP8 E4M3; use format=mxfp4 or format=mxfp8_e4m3</source>
        <translation>compressed-tensors fasst MXFP4 und MXFP8 E4M3; nehmen Sie format=mxfp4 oder format=mxfp8_e4m3</translation>
    </message>
    <message>
        <source>config.json beside the file is not used: %1</source>
        <translation>config.json neben der Datei wird nicht benutzt: %1</translation>
    </message>
    <message>
        <source>config.json is not a JSON object</source>
        <translation>config.json ist kein JSON-Objekt</translation>
    </message>
    <message>
        <source>config.json names %1 blocks, but %2 has no tensor: %3</source>
        <translation>config.json nennt %1 Blöcke, aber %2 hat keinen Tensor: %3</translation>
    </message>
    <message>
        <source>config.json names %1 blocks, but %2 has no tensor: %3, …</source>
        <translation>config.json nennt %1 Blöcke, aber %2 hat keinen Tensor: %3, …</translation>
    </message>
    <message>
        <source>config.json names %1 blocks, but %2 have no tensor: %3</source>
        <translation>config.json nennt %1 Blöcke, aber %2 haben keinen Tensor: %3</translation>
    </message>
    <message>
        <source>config.json names %1 blocks, but %2 have no tensor: %3, …</source>
        <translation>config.json nennt %1 Blöcke, aber %2 haben keinen Tensor: %3, …</translation>
    </message>
    <message>
        <source>config.json names %1 blocks, but there are tensors of block %2</source>
        <translation>config.json nennt %1 Blöcke, aber es gibt Tensoren von Block %2</translation>
    </message>
    <message>
        <source>config.json names no model_type: the architecture is unknown</source>
        <translation>config.json nennt keinen model_type: Die Architektur ist unbekannt</translation>
    </message>
    <message>
        <source>count axis</source>
        <translation>Achse</translation>
    </message>
    <message>
        <source>decoded weight</source>
        <translation>dekodiertes Gewicht</translation>
    </message>
    <message>
        <source>decoded weights</source>
        <translation>dekodierte Gewichte</translation>
    </message>
    <message>
        <source>decodes to other values than the manifest says</source>
        <translation>dekodiert zu anderen Werten, als das Manifest sagt</translation>
    </message>
    <message>
        <source>differs from the other checkpoint</source>
        <translation>weicht vom anderen Checkpoint ab</translation>
    </message>
    <message>
        <source>double=1 stores scales in its own types</source>
        <translation>double=1 speichert Skalen in eigenen Typen</translation>
    </message>
    <message>
        <source>download it again, or open what is there file by file</source>
        <translation>laden Sie ihn noch einmal herunter, oder öffnen Sie einzeln, was da ist</translation>
    </message>
    <message>
        <source>dtype=f32|f16|bf16, names=keep|hf</source>
        <translation>dtype=f32|f16|bf16, names=keep|hf</translation>
    </message>
    <message>
        <source>element [%1, %2]</source>
        <translation>Element [%1, %2]</translation>
    </message>
    <message>
        <source>element format</source>
        <translation>Elementformat</translation>
    </message>
    <message>
        <source>elements of</source>
        <translation>Elemente</translation>
    </message>
    <message>
        <source>elements per bin</source>
        <translation>Elemente je Klasse</translation>
    </message>
    <message>
        <source>elements per bin, A − B</source>
        <translation>Elemente je Klasse, A − B</translation>
    </message>
    <message>
        <source>error as</source>
        <translation>Fehler als</translation>
    </message>
    <message>
        <source>every value is %1</source>
        <translation>jeder Wert ist %1</translation>
    </message>
    <message>
        <source>every value is zero</source>
        <translation>jeder Wert ist null</translation>
    </message>
    <message>
        <source>excess kurtosis</source>
        <translation>Exzess (Kurtosis)</translation>
    </message>
    <message>
        <source>export with dtype=bf16 or dtype=f32</source>
        <translation>exportieren Sie mit dtype=bf16 oder dtype=f32</translation>
    </message>
    <message>
        <source>export with names=keep</source>
        <translation>exportieren Sie mit names=keep</translation>
    </message>
    <message>
        <source>final norm</source>
        <translation>letzte Norm</translation>
    </message>
    <message>
        <source>float-quantized has one scale per row, tensor or 128x128 block; use group=row</source>
        <translation>float-quantized hat eine Skala je Zeile, Tensor oder 128x128-Block; nehmen Sie group=row</translation>
    </message>
    <message>
        <source>float-quantized holds FP8 E4M3 only; nearest for 4 bits: nvfp4 or mx:format=mxfp4</source>
        <translation>float-quantized fasst nur FP8 E4M3; am nächsten mit 4 Bits: nvfp4 oder mx:format=mxfp4</translation>
    </message>
    <message>
        <source>format %1 has no key &apos;%2&apos;</source>
        <translation>Format %1 hat keinen Schlüssel &apos;%2&apos;</translation>
    </message>
    <message>
        <source>formats.md A2.5, A2.7; ggml</source>
        <translation>formats.md A2.5, A2.7; ggml</translation>
    </message>
    <message>
        <source>found in the result cache as %1…, computed in %2 when it was new</source>
        <translation>im Ergebnis-Cache gefunden als %1…, einst in %2 berechnet</translation>
    </message>
    <message>
        <source>fp4 is E2M1, fp3 is E2M0</source>
        <translation>fp4 ist E2M1, fp3 ist E2M0</translation>
    </message>
    <message>
        <source>free some space or choose a target on another disk; nothing was changed at the target</source>
        <translation>schaffen Sie Platz, oder wählen Sie ein Ziel auf einem anderen Datenträger; am Ziel wurde nichts geändert</translation>
    </message>
    <message>
        <source>fused: siblings that a runtime joins (q,k,v; gate,up) share the global scale of `amax`</source>
        <translation>fused: Geschwister, die eine Laufzeit zusammenfügt (q,k,v; gate,up), teilen sich die globale Skala von `amax`</translation>
    </message>
    <message>
        <source>ggml block types</source>
        <translation>ggml-Blocktypen</translation>
    </message>
    <message>
        <source>ggml blocks</source>
        <translation>ggml-Blöcke</translation>
    </message>
    <message>
        <source>ggml blocks are read by GGUF readers alone</source>
        <translation>ggml-Blöcke lesen nur GGUF-Leser</translation>
    </message>
    <message>
        <source>ggml&apos;s block type</source>
        <translation>Blocktyp von ggml</translation>
    </message>
    <message>
        <source>ggml, GGUF</source>
        <translation>ggml, GGUF</translation>
    </message>
    <message>
        <source>give amax</source>
        <translation>geben Sie amax an</translation>
    </message>
    <message>
        <source>global=fused needs the largest magnitude of the fused tensors</source>
        <translation>global=fused braucht den größten Betrag der zusammengefügten Tensoren</translation>
    </message>
    <message>
        <source>global=fused: largest magnitude over the fused tensors</source>
        <translation>global=fused: größter Betrag über die zusammengefügten Tensoren</translation>
    </message>
    <message>
        <source>grid.s, grid.v and grid.b give a level that is not finite</source>
        <translation>grid.s, grid.v und grid.b geben eine Stufe, die nicht endlich ist</translation>
    </message>
    <message>
        <source>group %1</source>
        <translation>Gruppe %1</translation>
    </message>
    <message>
        <source>group along the row</source>
        <translation>Gruppe entlang der Zeile</translation>
    </message>
    <message>
        <source>group=%1</source>
        <translation>group=%1</translation>
    </message>
    <message>
        <source>group=64 or another number</source>
        <translation>group=64 oder eine andere Zahl</translation>
    </message>
    <message>
        <source>groups need a result</source>
        <translation>Gruppen brauchen ein Ergebnis</translation>
    </message>
    <message>
        <source>groups within rows, or blocks of the flattened matrix (bitsandbytes)</source>
        <translation>Gruppen innerhalb von Zeilen oder Blöcke der ausgerollten Matrix (bitsandbytes)</translation>
    </message>
    <message>
        <source>has a larger single error than the manifest says</source>
        <translation>hat einen größeren Einzelfehler, als das Manifest sagt</translation>
    </message>
    <message>
        <source>has another shape than in the other checkpoint</source>
        <translation>hat eine andere Form als im anderen Checkpoint</translation>
    </message>
    <message>
        <source>has another type or shape than the manifest says</source>
        <translation>hat einen anderen Typ oder eine andere Form, als das Manifest sagt</translation>
    </message>
    <message>
        <source>histogram edges do not increase</source>
        <translation>Grenzen des Histogramms steigen nicht an</translation>
    </message>
    <message>
        <source>how much an element counts: the same, by its input&apos;s mean square, by its Fisher weight</source>
        <translation>wie viel ein Element zählt: gleich viel, nach dem mittleren Quadrat seiner Eingabe, nach seinem Fisher-Gewicht</translation>
    </message>
    <message>
        <source>how scale and zero point follow from the group&apos;s weights</source>
        <translation>wie Skala und Nullpunkt aus den Gewichten der Gruppe folgen</translation>
    </message>
    <message>
        <source>how the shared exponent follows from the largest weight of a block</source>
        <translation>wie der gemeinsame Exponent aus dem größten Gewicht eines Blocks folgt</translation>
    </message>
    <message>
        <source>importance=diagonal needs the inputs&apos; mean squares or their covariance (sigma)</source>
        <translation>importance=diagonal braucht die mittleren Quadrate der Eingaben oder ihre Kovarianz (sigma)</translation>
    </message>
    <message>
        <source>input column</source>
        <translation>Eingangsspalte</translation>
    </message>
    <message>
        <source>is farther from the other checkpoint than the manifest says</source>
        <translation>ist weiter vom anderen Checkpoint entfernt, als das Manifest sagt</translation>
    </message>
    <message>
        <source>is missing in the export</source>
        <translation>fehlt im Export</translation>
    </message>
    <message>
        <source>its experts are stacked</source>
        <translation>seine Experten sind gestapelt</translation>
    </message>
    <message>
        <source>its root mean square %1 is %2 times the median %3 of %4 in all blocks</source>
        <translation>sein quadratisches Mittel %1 ist das %2-Fache des Medians %3 von %4 in allen Blöcken</translation>
    </message>
    <message>
        <source>k-means codebook</source>
        <translation>k-Means-Codebuch</translation>
    </message>
    <message>
        <source>key=value</source>
        <translation>Schlüssel=Wert</translation>
    </message>
    <message>
        <source>largest in %1 with %2</source>
        <translation>am größten in %1 mit %2</translation>
    </message>
    <message>
        <source>largest in block %1 %2 with %3</source>
        <translation>am größten in Block %1 %2 mit %3</translation>
    </message>
    <message>
        <source>largest |.| of the %1</source>
        <translation>größtes |.| der %1</translation>
    </message>
    <message>
        <source>layout=flat takes a group of a number of weights</source>
        <translation>layout=flat nimmt eine Gruppe aus einer Anzahl von Gewichten</translation>
    </message>
    <message>
        <source>learning rate of S and B relative to a group&apos;s range; V takes a fifth</source>
        <translation>Lernrate von S und B relativ zur Spannweite einer Gruppe; V nimmt ein Fünftel</translation>
    </message>
    <message>
        <source>leave it out with --only</source>
        <translation>lassen Sie ihn mit --only weg</translation>
    </message>
    <message>
        <source>leave scale=f32</source>
        <translation>lassen Sie scale=f32</translation>
    </message>
    <message>
        <source>leave this tensor in f16, as llama.cpp does</source>
        <translation>lassen Sie diesen Tensor in F16, wie llama.cpp</translation>
    </message>
    <message>
        <source>leave this tensor out, or treat such values as 0</source>
        <translation>lassen Sie diesen Tensor weg, oder behandeln Sie solche Werte als 0</translation>
    </message>
    <message>
        <source>leave this tensor out; it can be inspected and copied</source>
        <translation>lassen Sie diesen Tensor weg; er lässt sich ansehen und kopieren</translation>
    </message>
    <message>
        <source>level (weight units)</source>
        <translation>Stufe (Gewichtseinheiten)</translation>
    </message>
    <message>
        <source>level, largest on top</source>
        <translation>Stufe, größte oben</translation>
    </message>
    <message>
        <source>levels %1 to %2</source>
        <translation>Stufen %1 bis %2</translation>
    </message>
    <message>
        <source>levels holds something that is not a number</source>
        <translation>levels enthält etwas, das keine Zahl ist</translation>
    </message>
    <message>
        <source>levels, usage</source>
        <translation>Stufen, Nutzung</translation>
    </message>
    <message>
        <source>load Fisher weights first, or choose weights=none</source>
        <translation>laden Sie zuerst Fisher-Gewichte, oder nehmen Sie weights=none</translation>
    </message>
    <message>
        <source>magnitude of the original |w|</source>
        <translation>Betrag des Originals |w|</translation>
    </message>
    <message>
        <source>make room, or choose another place for the cache</source>
        <translation>schaffen Sie Platz, oder wählen Sie einen anderen Ort für den Cache</translation>
    </message>
    <message>
        <source>matrices of different shapes have no difference</source>
        <translation>Matrizen verschiedener Form haben keine Differenz</translation>
    </message>
    <message>
        <source>metadata %1 is missing</source>
        <translation>Metadatum %1 fehlt</translation>
    </message>
    <message>
        <source>metadata %1 is not positive</source>
        <translation>Metadatum %1 ist nicht positiv</translation>
    </message>
    <message>
        <source>minifloat: format or group can&apos;t be read</source>
        <translation>minifloat: format oder group ist nicht lesbar</translation>
    </message>
    <message>
        <source>more levels than codes</source>
        <translation>mehr Stufen als Codes</translation>
    </message>
    <message>
        <source>most rounds of the alternation</source>
        <translation>größte Anzahl Runden der Alternation</translation>
    </message>
    <message>
        <source>most steps of the loop</source>
        <translation>größte Anzahl Schritte der Schleife</translation>
    </message>
    <message>
        <source>mse: shrink the range by 0 to 79 %, least sum of |error|^2.4</source>
        <translation>mse: Spannweite um 0 bis 79 % verkleinern, kleinste Summe von |Fehler|^2,4</translation>
    </message>
    <message>
        <source>mx: unknown format</source>
        <translation>mx: unbekanntes Format</translation>
    </message>
    <message>
        <source>name a recipe</source>
        <translation>nennen Sie ein Rezept</translation>
    </message>
    <message>
        <source>name one</source>
        <translation>nennen Sie einen</translation>
    </message>
    <message>
        <source>name recipes</source>
        <translation>nennen Sie Rezepte</translation>
    </message>
    <message>
        <source>name two recipes</source>
        <translation>nennen Sie zwei Rezepte</translation>
    </message>
    <message>
        <source>names=hf is for GGUF files</source>
        <translation>names=hf ist für GGUF-Dateien</translation>
    </message>
    <message>
        <source>nf: group can&apos;t be read</source>
        <translation>nf: group ist nicht lesbar</translation>
    </message>
    <message>
        <source>no %1 of this name</source>
        <translation>kein %1 dieses Namens</translation>
    </message>
    <message>
        <source>no cell has a value</source>
        <translation>kein Feld hat einen Wert</translation>
    </message>
    <message>
        <source>no encoding of this type</source>
        <translation>keine Kodierung dieses Typs</translation>
    </message>
    <message>
        <source>no error</source>
        <translation>kein Fehler</translation>
    </message>
    <message>
        <source>no export format of this name</source>
        <translation>kein Exportformat dieses Namens</translation>
    </message>
    <message>
        <source>no ggml type of this name</source>
        <translation>kein ggml-Typ dieses Namens</translation>
    </message>
    <message>
        <source>no grid of this name</source>
        <translation>kein Gitter dieses Namens</translation>
    </message>
    <message>
        <source>no keys</source>
        <translation>keine Schlüssel</translation>
    </message>
    <message>
        <source>no model is chosen</source>
        <translation>kein Modell ist gewählt</translation>
    </message>
    <message>
        <source>no parameters</source>
        <translation>keine Parameter</translation>
    </message>
    <message>
        <source>no recipe or part of this name</source>
        <translation>kein Rezept oder Teil dieses Namens</translation>
    </message>
    <message>
        <source>no residual of this name</source>
        <translation>kein Residuum dieses Namens</translation>
    </message>
    <message>
        <source>no space left on the disk</source>
        <translation>kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>no such element</source>
        <translation>kein solches Element</translation>
    </message>
    <message>
        <source>no such file or folder</source>
        <translation>keine solche Datei und kein solcher Ordner</translation>
    </message>
    <message>
        <source>no such group</source>
        <translation>keine solche Gruppe</translation>
    </message>
    <message>
        <source>no such role</source>
        <translation>keine solche Rolle</translation>
    </message>
    <message>
        <source>no such row</source>
        <translation>keine solche Zeile</translation>
    </message>
    <message>
        <source>no tensor is chosen</source>
        <translation>kein Tensor ist gewählt</translation>
    </message>
    <message>
        <source>no transform of this name</source>
        <translation>keine Transformation dieses Namens</translation>
    </message>
    <message>
        <source>norm of the error that is minimised</source>
        <translation>Norm des Fehlers, die minimiert wird</translation>
    </message>
    <message>
        <source>not a checkpoint that this program reads</source>
        <translation>kein Checkpoint, den dieses Programm liest</translation>
    </message>
    <message>
        <source>not a range of blocks</source>
        <translation>kein Bereich von Blöcken</translation>
    </message>
    <message>
        <source>not a range of experts</source>
        <translation>kein Bereich von Experten</translation>
    </message>
    <message>
        <source>not a regular file</source>
        <translation>keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>not a regular file or a folder</source>
        <translation>keine gewöhnliche Datei und kein Ordner</translation>
    </message>
    <message>
        <source>not a session file</source>
        <translation>keine Sitzungsdatei</translation>
    </message>
    <message>
        <source>not a session file of quantoscope</source>
        <translation>keine Sitzungsdatei von Quantoscope</translation>
    </message>
    <message>
        <source>not kept: %1</source>
        <translation>nicht aufbewahrt: %1</translation>
    </message>
    <message>
        <source>not the name of a file</source>
        <translation>kein Name einer Datei</translation>
    </message>
    <message>
        <source>not the name of a target</source>
        <translation>kein Name eines Ziels</translation>
    </message>
    <message>
        <source>number of shared level shapes, at most 2^bits − 1</source>
        <translation>Anzahl gemeinsamer Stufenformen, höchstens 2^bits − 1</translation>
    </message>
    <message>
        <source>numbers parted by &apos;;&apos;</source>
        <translation>Zahlen, durch &apos;;&apos; getrennt</translation>
    </message>
    <message>
        <source>one codebook can serve at most 4 294 967 295 weights</source>
        <translation>ein Codebuch kann höchstens 4 294 967 295 Gewichten dienen</translation>
    </message>
    <message>
        <source>one of %1</source>
        <translation>eines von %1</translation>
    </message>
    <message>
        <source>one: the symmetric baseline of the paper</source>
        <translation>one: die symmetrische Vergleichsmethode des Artikels</translation>
    </message>
    <message>
        <source>only HQQ&apos;s own format has a float zero point; nearest: rtn with an integer zero point</source>
        <translation>nur das eigene Format von HQQ hat einen Gleitkomma-Nullpunkt; am nächsten: rtn mit ganzzahligem Nullpunkt</translation>
    </message>
    <message>
        <source>open it with a newer quantoscope</source>
        <translation>öffnen Sie sie mit einem neueren Quantoscope</translation>
    </message>
    <message>
        <source>opening a checkpoint</source>
        <translation>einen Checkpoint öffnen</translation>
    </message>
    <message>
        <source>original weight</source>
        <translation>originales Gewicht</translation>
    </message>
    <message>
        <source>original weight w</source>
        <translation>originales Gewicht w</translation>
    </message>
    <message>
        <source>output row</source>
        <translation>Ausgangszeile</translation>
    </message>
    <message>
        <source>overwriting what was not written</source>
        <translation>Überschreiben von etwas, das nicht geschrieben wurde</translation>
    </message>
    <message>
        <source>pack-quantized holds 2 to 8 bits</source>
        <translation>pack-quantized fasst 2 bis 8 Bits</translation>
    </message>
    <message>
        <source>pack-quantized holds groups of input columns or whole rows</source>
        <translation>pack-quantized fasst Gruppen von Eingangsspalten oder ganze Zeilen</translation>
    </message>
    <message>
        <source>pack-quantized scales have the model&apos;s type; use scale=f16 or scale=bf16</source>
        <translation>pack-quantized-Skalen haben den Typ des Modells; nehmen Sie scale=f16 oder scale=bf16</translation>
    </message>
    <message>
        <source>pack-quantized with zero points holds 4 or 8 bits; use scheme=sym</source>
        <translation>pack-quantized mit Nullpunkten fasst 4 oder 8 Bits; nehmen Sie scheme=sym</translation>
    </message>
    <message>
        <source>parameter %1 can&apos;t take this value</source>
        <translation>Parameter %1 kann diesen Wert nicht annehmen</translation>
    </message>
    <message>
        <source>plot %1 has no such %2</source>
        <translation>Diagramm %1 hat kein solches %2</translation>
    </message>
    <message>
        <source>plot %1: %2 is out of range</source>
        <translation>Diagramm %1: %2 liegt außerhalb</translation>
    </message>
    <message>
        <source>quantile of the errors</source>
        <translation>Quantil der Fehler</translation>
    </message>
    <message>
        <source>quantile of the weights</source>
        <translation>Quantil der Gewichte</translation>
    </message>
    <message>
        <source>quantiles of</source>
        <translation>Quantile der</translation>
    </message>
    <message>
        <source>quantization_config is not an object</source>
        <translation>quantization_config ist kein Objekt</translation>
    </message>
    <message>
        <source>quantize with %1, seed %2, on the CPU, in tiles of rows; stated working memory %3</source>
        <translation>quantisieren mit %1, Startwert %2, auf der CPU, in Kacheln aus Zeilen; angegebener Arbeitsspeicher %3</translation>
    </message>
    <message>
        <source>quantize with %1, seed %2, on the CPU; stated working memory %3</source>
        <translation>quantisieren mit %1, Startwert %2, auf der CPU; angegebener Arbeitsspeicher %3</translation>
    </message>
    <message>
        <source>quantoscope %1</source>
        <translation>Quantoscope %1</translation>
    </message>
    <message>
        <source>raise --memory-limit</source>
        <translation>erhöhen Sie --memory-limit</translation>
    </message>
    <message>
        <source>range does not match the tensor</source>
        <translation>Bereich passt nicht zum Tensor</translation>
    </message>
    <message>
        <source>rank at most %1 with bits=%2</source>
        <translation>Rang höchstens %1 mit bits=%2</translation>
    </message>
    <message>
        <source>read %1, %2 %3 × %4 of %5</source>
        <translation>gelesen: %1, %2 %3 × %4 aus %5</translation>
    </message>
    <message>
        <source>reading a tensor</source>
        <translation>einen Tensor lesen</translation>
    </message>
    <message>
        <source>reading the export back gave something else: %1</source>
        <translation>das Zurücklesen des Exports gab etwas anderes: %1</translation>
    </message>
    <message>
        <source>recipe %1 has no parameter %2</source>
        <translation>Rezept %1 hat keinen Parameter %2</translation>
    </message>
    <message>
        <source>recipe %1 names the unknown part %2</source>
        <translation>Rezept %1 nennt den unbekannten Teil %2</translation>
    </message>
    <message>
        <source>related_methods.md §1: GPTQ (arXiv 2210.17323), AWQ (arXiv 2306.00978), AutoRound; llama.cpp</source>
        <translation>related_methods.md §1: GPTQ (arXiv 2210.17323), AWQ (arXiv 2306.00978), AutoRound; llama.cpp</translation>
    </message>
    <message>
        <source>relative MSE</source>
        <translation>relativer MSE</translation>
    </message>
    <message>
        <source>relative MSE %1 at %2</source>
        <translation>relativer MSE %1 bei %2</translation>
    </message>
    <message>
        <source>relative MSE within the bin</source>
        <translation>relativer MSE in der Klasse</translation>
    </message>
    <message>
        <source>reload it</source>
        <translation>laden Sie ihn neu</translation>
    </message>
    <message>
        <source>residual.cols does not ascend within a row</source>
        <translation>residual.cols steigt innerhalb einer Zeile nicht an</translation>
    </message>
    <message>
        <source>residual.cols names a column beyond the last</source>
        <translation>residual.cols nennt eine Spalte jenseits der letzten</translation>
    </message>
    <message>
        <source>residual.row_ptr does not begin with 0</source>
        <translation>residual.row_ptr beginnt nicht mit 0</translation>
    </message>
    <message>
        <source>residual.row_ptr falls</source>
        <translation>residual.row_ptr fällt</translation>
    </message>
    <message>
        <source>rms error within the bin</source>
        <translation>RMS-Fehler in der Klasse</translation>
    </message>
    <message>
        <source>rope scaling &apos;%1&apos; is not translated</source>
        <translation>RoPE-Skalierung &apos;%1&apos; wird nicht übersetzt</translation>
    </message>
    <message>
        <source>round the first zero point; auto: at 4 bits</source>
        <translation>ersten Nullpunkt runden; auto: bei 4 Bits</translation>
    </message>
    <message>
        <source>round to nearest (RTN)</source>
        <translation>Runden zur nächsten Stufe (RTN)</translation>
    </message>
    <message>
        <source>rounding of exact halves; away from zero is microxcaling&apos;s</source>
        <translation>Rundung genauer Hälften; microxcaling rundet von null weg</translation>
    </message>
    <message>
        <source>row of groups</source>
        <translation>Zeile von Gruppen</translation>
    </message>
    <message>
        <source>row or group</source>
        <translation>Zeile/Gruppe</translation>
    </message>
    <message>
        <source>rows in another order</source>
        <translation>Zeilen in anderer Reihenfolge</translation>
    </message>
    <message>
        <source>rows of &apos;%1&apos; are no heads</source>
        <translation>Zeilen von &apos;%1&apos; sind keine Köpfe</translation>
    </message>
    <message>
        <source>run it again</source>
        <translation>führen Sie es noch einmal aus</translation>
    </message>
    <message>
        <source>safetensors has no type for this tensor, and it has no decoding</source>
        <translation>safetensors hat keinen Typ für diesen Tensor, und er lässt sich nicht dekodieren</translation>
    </message>
    <message>
        <source>safetensors, GGUF, PyTorch, .npy, .npz, an index.json or a model folder</source>
        <translation>safetensors, GGUF, PyTorch, .npy, .npz, eine index.json oder ein Modellordner</translation>
    </message>
    <message>
        <source>scale %1</source>
        <translation>Skala %1</translation>
    </message>
    <message>
        <source>scale %1  zero %2</source>
        <translation>Skala %1  Nullpunkt %2</translation>
    </message>
    <message>
        <source>scale_rule=ggml is for MXFP4 only</source>
        <translation>scale_rule=ggml gibt es nur für MXFP4</translation>
    </message>
    <message>
        <source>scheme=sym_absmax has no level but 0 at 1 bit</source>
        <translation>scheme=sym_absmax hat mit 1 Bit keine Stufe außer 0</translation>
    </message>
    <message>
        <source>seed of the random signs</source>
        <translation>Startwert der zufälligen Vorzeichen</translation>
    </message>
    <message>
        <source>set HOME</source>
        <translation>setzen Sie HOME</translation>
    </message>
    <message>
        <source>shape %1 against %2</source>
        <translation>Form %1 gegen %2</translation>
    </message>
    <message>
        <source>share of the squared error</source>
        <translation>Anteil am quadratischen Fehler</translation>
    </message>
    <message>
        <source>share of the weights that is kept, by magnitude</source>
        <translation>Anteil der Gewichte, die nach Betrag aufbewahrt werden</translation>
    </message>
    <message>
        <source>sigma: codes and parameters count the inputs&apos; mean squares, where calibrated; else the same as nearest</source>
        <translation>sigma: Codes und Parameter gewichten mit den mittleren Quadraten der Eingaben, wo kalibriert ist; sonst wie nearest</translation>
    </message>
    <message>
        <source>standard deviation</source>
        <translation>Standardabweichung</translation>
    </message>
    <message>
        <source>standard deviations</source>
        <translation>Standardabweichungen</translation>
    </message>
    <message>
        <source>steps of Adam</source>
        <translation>Schritte von Adam</translation>
    </message>
    <message>
        <source>store S and B as 8-bit codes in blocks of 256 groups</source>
        <translation>S und B als 8-Bit-Codes in Blöcken von 256 Gruppen speichern</translation>
    </message>
    <message>
        <source>store the scales in 8 bits, as bitsandbytes does</source>
        <translation>die Skalen in 8 Bits speichern, wie bitsandbytes</translation>
    </message>
    <message>
        <source>stored as %1</source>
        <translation>gespeichert als %1</translation>
    </message>
    <message>
        <source>table of levels</source>
        <translation>Tabelle der Stufen</translation>
    </message>
    <message>
        <source>take %1, as llama.cpp does, or leave this tensor out</source>
        <translation>nehmen Sie %1, wie llama.cpp, oder lassen Sie diesen Tensor weg</translation>
    </message>
    <message>
        <source>tensor &apos;%1&apos; has no Hugging Face name</source>
        <translation>Tensor &apos;%1&apos; hat keinen Namen bei Hugging Face</translation>
    </message>
    <message>
        <source>tensor name too long</source>
        <translation>Tensorname zu lang</translation>
    </message>
    <message>
        <source>tensors of ggml types that no grid writes are decoded to F32</source>
        <translation>Tensoren von ggml-Typen, die kein Gitter schreibt, werden nach F32 dekodiert</translation>
    </message>
    <message>
        <source>tensors of ggml&apos;s block types are written decoded: safetensors has no type for them</source>
        <translation>Tensoren der ggml-Blocktypen werden dekodiert geschrieben: safetensors hat keinen Typ für sie</translation>
    </message>
    <message>
        <source>the Hadamard blocks don&apos;t divide the rows of this tensor</source>
        <translation>die Hadamard-Blöcke teilen die Zeilen dieses Tensors nicht</translation>
    </message>
    <message>
        <source>the arrays of a cached result are damaged</source>
        <translation>die Arrays eines Ergebnisses im Cache sind beschädigt</translation>
    </message>
    <message>
        <source>the arrays of a result are too small for its shape</source>
        <translation>die Arrays eines Ergebnisses sind zu klein für seine Form</translation>
    </message>
    <message>
        <source>the cache stores each sum of WeightError</source>
        <translation>der Cache speichert jede Summe von WeightError</translation>
    </message>
    <message>
        <source>the checkpoint</source>
        <translation>der Checkpoint</translation>
    </message>
    <message>
        <source>the disk quota is used up</source>
        <translation>das Plattenkontingent ist erschöpft</translation>
    </message>
    <message>
        <source>the embedding has %1 rows, config.json says %2 tokens</source>
        <translation>die Einbettung hat %1 Zeilen, config.json sagt %2 Tokens</translation>
    </message>
    <message>
        <source>the embedding is %1 wide, config.json says %2</source>
        <translation>die Einbettung ist %1 breit, config.json sagt %2</translation>
    </message>
    <message>
        <source>the export holds %1 tensors that its manifest does not know</source>
        <translation>der Export enthält %1 Tensoren, die sein Manifest nicht kennt</translation>
    </message>
    <message>
        <source>the figures of a cached result are damaged</source>
        <translation>die Kennzahlen eines Ergebnisses im Cache sind beschädigt</translation>
    </message>
    <message>
        <source>the figures of a cached result are not complete</source>
        <translation>die Kennzahlen eines Ergebnisses im Cache sind nicht vollständig</translation>
    </message>
    <message>
        <source>the file can&apos;t be copied</source>
        <translation>die Datei lässt sich nicht kopieren</translation>
    </message>
    <message>
        <source>the file changed or shrank while it was being read</source>
        <translation>die Datei änderte sich oder schrumpfte beim Lesen</translation>
    </message>
    <message>
        <source>the file would be larger than is allowed here</source>
        <translation>die Datei würde größer, als hier erlaubt ist</translation>
    </message>
    <message>
        <source>the folder can&apos;t be made</source>
        <translation>der Ordner lässt sich nicht anlegen</translation>
    </message>
    <message>
        <source>the folder can&apos;t be read</source>
        <translation>der Ordner lässt sich nicht lesen</translation>
    </message>
    <message>
        <source>the input covariance (sigma)</source>
        <translation>die Kovarianz der Eingaben (sigma)</translation>
    </message>
    <message>
        <source>the model has no tensors that can be decoded</source>
        <translation>das Modell hat keine Tensoren, die sich dekodieren lassen</translation>
    </message>
    <message>
        <source>the other checkpoint has no such tensor</source>
        <translation>der andere Checkpoint hat keinen solchen Tensor</translation>
    </message>
    <message>
        <source>the other checkpoint&apos;s tensor has another shape</source>
        <translation>der Tensor des anderen Checkpoints hat eine andere Form</translation>
    </message>
    <message>
        <source>the rank is larger than the codebooks can have</source>
        <translation>der Rang ist größer, als die Codebücher haben können</translation>
    </message>
    <message>
        <source>the result is of another shape than the tensor</source>
        <translation>das Ergebnis hat eine andere Form als der Tensor</translation>
    </message>
    <message>
        <source>the result was not kept</source>
        <translation>das Ergebnis wurde nicht aufbewahrt</translation>
    </message>
    <message>
        <source>the same values as %1: tied embeddings, stored twice</source>
        <translation>dieselben Werte wie %1: gebundene Einbettungen, zweimal gespeichert</translation>
    </message>
    <message>
        <source>the same values, byte for byte, as %1</source>
        <translation>Byte für Byte dieselben Werte wie %1</translation>
    </message>
    <message>
        <source>the session file has another schema</source>
        <translation>die Sitzungsdatei hat ein anderes Schema</translation>
    </message>
    <message>
        <source>the target exists</source>
        <translation>das Ziel gibt es schon</translation>
    </message>
    <message>
        <source>the target exists and is not a folder</source>
        <translation>das Ziel gibt es schon und ist kein Ordner</translation>
    </message>
    <message>
        <source>the target exists and is not a regular file</source>
        <translation>das Ziel gibt es schon und ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>the target is the checkpoint itself</source>
        <translation>das Ziel ist der Checkpoint selbst</translation>
    </message>
    <message>
        <source>the target was left as it was</source>
        <translation>das Ziel blieb, wie es war</translation>
    </message>
    <message>
        <source>the target&apos;s folder</source>
        <translation>der Ordner des Ziels</translation>
    </message>
    <message>
        <source>the target&apos;s folder does not exist</source>
        <translation>den Ordner des Ziels gibt es nicht</translation>
    </message>
    <message>
        <source>the target&apos;s parent is not a folder</source>
        <translation>das übergeordnete Ziel ist kein Ordner</translation>
    </message>
    <message>
        <source>the tensor does not fill whole blocks</source>
        <translation>der Tensor füllt keine ganzen Blöcke</translation>
    </message>
    <message>
        <source>the tokenizer is not in the folder: take it from the original model</source>
        <translation>der Tokenizer liegt nicht im Ordner: nehmen Sie ihn vom Originalmodell</translation>
    </message>
    <message>
        <source>the two matrices are of different shapes</source>
        <translation>die zwei Matrizen haben verschiedene Formen</translation>
    </message>
    <message>
        <source>the two results have other groups or another number of levels, so there is no difference of them</source>
        <translation>die zwei Ergebnisse haben andere Gruppen oder eine andere Anzahl Stufen, darum gibt es keine Differenz</translation>
    </message>
    <message>
        <source>the weight at %1 is %2 times the root mean square: its group keeps almost no resolution; keep it as an outlier</source>
        <translation>das Gewicht bei %1 ist das %2-Fache des quadratischen Mittels: Seine Gruppe behält fast keine Auflösung; bewahren Sie es als Ausreißer auf</translation>
    </message>
    <message>
        <source>the weights are so large that levels beyond them overflow</source>
        <translation>die Gewichte sind so groß, dass Stufen jenseits davon überlaufen</translation>
    </message>
    <message>
        <source>there are no finite weights to draw</source>
        <translation>es gibt keine endlichen Gewichte zu zeichnen</translation>
    </message>
    <message>
        <source>there is no finite weight</source>
        <translation>es gibt kein endliches Gewicht</translation>
    </message>
    <message>
        <source>there is no folder for settings</source>
        <translation>es gibt keinen Ordner für Einstellungen</translation>
    </message>
    <message>
        <source>there is no token_embd.weight</source>
        <translation>es gibt kein token_embd.weight</translation>
    </message>
    <message>
        <source>this figure needs results</source>
        <translation>diese Kennzahl braucht Ergebnisse</translation>
    </message>
    <message>
        <source>this file system can&apos;t exchange two names in one step</source>
        <translation>dieses Dateisystem kann zwei Namen nicht in einem Schritt tauschen</translation>
    </message>
    <message>
        <source>this job needs more memory than it may use</source>
        <translation>dieser Auftrag braucht mehr Speicher, als er nehmen darf</translation>
    </message>
    <message>
        <source>this model can&apos;t become a Hugging Face folder: %1</source>
        <translation>dieses Modell kann kein Ordner nach Hugging Face werden: %1</translation>
    </message>
    <message>
        <source>this plot needs a result</source>
        <translation>dieses Diagramm braucht ein Ergebnis</translation>
    </message>
    <message>
        <source>this plot needs results</source>
        <translation>dieses Diagramm braucht Ergebnisse</translation>
    </message>
    <message>
        <source>this recipe has no levels to draw</source>
        <translation>dieses Rezept hat keine Stufen zum Zeichnen</translation>
    </message>
    <message>
        <source>this recipe has no such map</source>
        <translation>dieses Rezept hat keine solche Karte</translation>
    </message>
    <message>
        <source>this type has no decoding to numbers</source>
        <translation>dieser Typ lässt sich nicht zu Zahlen dekodieren</translation>
    </message>
    <message>
        <source>tiles of one tensor have different arrays</source>
        <translation>Kacheln eines Tensors haben verschiedene Arrays</translation>
    </message>
    <message>
        <source>try 51 smaller scales per side; least error, weighted by the inputs if calibrated</source>
        <translation>51 kleinere Skalen je Seite versuchen; kleinster Fehler, nach den Eingaben gewichtet, wenn kalibriert</translation>
    </message>
    <message>
        <source>two scales a group on a floating-point table; %1 has no such type; export decoded bf16</source>
        <translation>zwei Skalen je Gruppe auf einer Gleitkommatabelle; %1 hat keinen solchen Typ; exportieren Sie dekodiertes BF16</translation>
    </message>
    <message>
        <source>two scales a group; GGUF has no such type; nearest: gguf:type=q4_1, or export decoded bf16</source>
        <translation>zwei Skalen je Gruppe; GGUF hat keinen solchen Typ; am nächsten: gguf:type=q4_1, oder exportieren Sie dekodiertes BF16</translation>
    </message>
    <message>
        <source>type %1 has no decoding to numbers</source>
        <translation>Typ %1 lässt sich nicht zu Zahlen dekodieren</translation>
    </message>
    <message>
        <source>type in which scales are stored</source>
        <translation>Typ, in dem Skalen gespeichert werden</translation>
    </message>
    <message>
        <source>type in which the kept weights are stored</source>
        <translation>Typ, in dem die aufbewahrten Gewichte gespeichert werden</translation>
    </message>
    <message>
        <source>type of the values; auto: BF16 or F16 where every value is exact, else F32</source>
        <translation>Typ der Werte; auto: BF16 oder F16, wo jeder Wert exakt ist, sonst F32</translation>
    </message>
    <message>
        <source>uniform: group can&apos;t be read</source>
        <translation>uniform: group ist nicht lesbar</translation>
    </message>
    <message>
        <source>unknown part %1</source>
        <translation>unbekannter Teil %1</translation>
    </message>
    <message>
        <source>use a name glob, role:q_proj, block:0-3 or expert:2</source>
        <translation>nehmen Sie ein Namensmuster, role:q_proj, block:0-3 oder expert:2</translation>
    </message>
    <message>
        <source>use bits=2 or more, or sym_full</source>
        <translation>nehmen Sie bits=2 oder mehr, oder sym_full</translation>
    </message>
    <message>
        <source>use dtype=auto</source>
        <translation>nehmen Sie dtype=auto</translation>
    </message>
    <message>
        <source>use of the group (%)</source>
        <translation>Nutzung in der Gruppe (%)</translation>
    </message>
    <message>
        <source>use scale=bf16 or scale=f32</source>
        <translation>nehmen Sie scale=bf16 oder scale=f32</translation>
    </message>
    <message>
        <source>use scale_rule=floor</source>
        <translation>nehmen Sie scale_rule=floor</translation>
    </message>
    <message>
        <source>v2: beta grows by 1 % each step</source>
        <translation>v2: beta wächst mit jedem Schritt um 1 %</translation>
    </message>
    <message>
        <source>values of another checkpoint have no codebook of ours</source>
        <translation>Werte eines anderen Checkpoints haben kein Codebuch von uns</translation>
    </message>
    <message>
        <source>values of type %1 and %2 are compared as bytes</source>
        <translation>Werte der Typen %1 und %2 werden als Bytes verglichen</translation>
    </message>
    <message>
        <source>weight of the quadratic half</source>
        <translation>Gewicht der quadratischen Hälfte</translation>
    </message>
    <message>
        <source>weight units</source>
        <translation>Gewichtseinheiten</translation>
    </message>
    <message>
        <source>weights that share one set of levels: input columns, row, tensor or RxC</source>
        <translation>Gewichte, die sich einen Satz Stufen teilen: Eingangsspalten, row, tensor oder RxC</translation>
    </message>
    <message>
        <source>weights=diagonal needs the inputs&apos; mean squares</source>
        <translation>weights=diagonal braucht die mittleren Quadrate der Eingaben</translation>
    </message>
    <message>
        <source>weights=fisher needs one Fisher weight per element of the tensor</source>
        <translation>weights=fisher braucht ein Fisher-Gewicht je Element des Tensors</translation>
    </message>
    <message>
        <source>what the error counts by: nothing, or each input&apos;s mean square</source>
        <translation>womit der Fehler zählt: mit nichts oder mit dem mittleren Quadrat jeder Eingabe</translation>
    </message>
    <message>
        <source>whose mean error ends the loop</source>
        <translation>wessen mittlerer Fehler die Schleife beendet</translation>
    </message>
    <message>
        <source>write to a new name, or remove the target yourself</source>
        <translation>schreiben Sie unter einem neuen Namen, oder entfernen Sie das Ziel selbst</translation>
    </message>
    <message>
        <source>writing to a finished file</source>
        <translation>Schreiben in eine abgeschlossene Datei</translation>
    </message>
    <message>
        <source>wrong value of %1 in the format</source>
        <translation>falscher Wert von %1 im Format</translation>
    </message>
    <message>
        <source>zero in A</source>
        <translation>null in A</translation>
    </message>
    <message>
        <source>zero in B</source>
        <translation>null in B</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>usage</source>
        <translation>Nutzung</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Gaussian</source>
        <translation>Gauß</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>Einbettung</translation>
    </message>
    <message>
        <source>positions</source>
        <translation>Positionen</translation>
    </message>
    <message>
        <source>head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>other</source>
        <translation>sonstige</translation>
    </message>
    <message>
        <source>scale</source>
        <translation>Skala</translation>
    </message>
    <message>
        <source>zero</source>
        <translation>Nullpunkt</translation>
    </message>
    <message>
        <source>min</source>
        <translation>Min</translation>
    </message>
    <message>
        <source>codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>outliers</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>done after %1</source>
        <translation>fertig nach %1</translation>
    </message>
    <message>
        <source>cancelled after %1</source>
        <translation>abgebrochen nach %1</translation>
    </message>
    <message>
        <source>failed: %1 after %2</source>
        <translation>gescheitert: %1 nach %2</translation>
    </message>
    <message>
        <source>%1 M elements/s</source>
        <translation>%1 M Elemente/s</translation>
    </message>
    <message>
        <source>peak of resident memory %1</source>
        <translation>Spitze des belegten Speichers %1</translation>
    </message>
    <message>
        <source>tensor %1</source>
        <translation>Tensor %1</translation>
    </message>
    <message>
        <source>byte %1</source>
        <translation>Byte %1</translation>
    </message>
    <message>
        <source>expected %1</source>
        <translation>erwartet %1</translation>
    </message>
    <message>
        <source>found %1</source>
        <translation>gefunden %1</translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation>Codebuch</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>Verteilung</translation>
    </message>
    <message>
        <source>GGUF (single file or split)</source>
        <translation>GGUF (eine Datei oder geteilt)</translation>
    </message>
    <message>
        <source>HQQ</source>
        <translation>HQQ</translation>
    </message>
    <message>
        <source>Integers</source>
        <translation>Ganze Zahlen</translation>
    </message>
    <message>
        <source>Minifloat</source>
        <translation>Minifloat</translation>
    </message>
    <message>
        <source>NVFP4</source>
        <translation>NVFP4</translation>
    </message>
    <message>
        <source>NormalFloat</source>
        <translation>NormalFloat</translation>
    </message>
    <message>
        <source>NumPy archive</source>
        <translation>NumPy-Archiv</translation>
    </message>
    <message>
        <source>NumPy array</source>
        <translation>NumPy-Array</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>PyTorch (.pt, .pth, .bin; one file or shards)</source>
        <translation>PyTorch (.pt, .pth, .bin; eine Datei oder Teile)</translation>
    </message>
    <message>
        <source>Quantiles</source>
        <translation>Quantile</translation>
    </message>
    <message>
        <source>Residual</source>
        <translation>Fehlerdichte</translation>
    </message>
    <message>
        <source>Scatter</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source>against</source>
        <translation>gegen</translation>
    </message>
    <message>
        <source>bins</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>byte</source>
        <translation>Byte</translation>
    </message>
    <message>
        <source>control</source>
        <translation>Steuerung</translation>
    </message>
    <message>
        <source>element</source>
        <translation>Element</translation>
    </message>
    <message>
        <source>experts</source>
        <translation>Experten</translation>
    </message>
    <message>
        <source>figure</source>
        <translation>Kennzahl</translation>
    </message>
    <message>
        <source>map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>gewöhnlich</translation>
    </message>
    <message>
        <source>of</source>
        <translation>von</translation>
    </message>
    <message>
        <source>overlay</source>
        <translation>überlagert</translation>
    </message>
    <message>
        <source>per</source>
        <translation>je</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>related_methods.md §1</source>
        <translation>related_methods.md §1</translation>
    </message>
    <message>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>rounds</source>
        <translation>Runden</translation>
    </message>
    <message>
        <source>safetensors (one file or shards)</source>
        <translation>safetensors (eine Datei oder Teile)</translation>
    </message>
    <message>
        <source>show</source>
        <translation>zeige</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>unused</source>
        <translation>unbenutzt</translation>
    </message>
    <message>
        <source>user defined</source>
        <translation>benutzerdefiniert</translation>
    </message>
    <message>
        <source>view</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>%1 uses %2 of %3 levels</source>
        <translation>%1 benutzt %2 von %3 Stufen</translation>
    </message>
    <message>
        <source>a recipe can have only one %1</source>
        <translation>ein Rezept kann nur ein Teil dieser Art haben: %1</translation>
    </message>
    <message>
        <source>can&apos;t map: %1</source>
        <translation>lässt sich nicht einblenden: %1</translation>
    </message>
    <message>
        <source>can&apos;t open: %1</source>
        <translation>lässt sich nicht öffnen: %1</translation>
    </message>
    <message>
        <source>no %1</source>
        <translation>kein %1</translation>
    </message>
    <message>
        <source>take %1</source>
        <translation>nehmen Sie %1</translation>
    </message>
    <message>
        <source>this recipe needs %1</source>
        <translation>dieses Rezept braucht %1</translation>
    </message>
    <message>
        <source>%1 · max |e| %2</source>
        <translation>%1 · max |e| %2</translation>
    </message>
    <message>
        <source>0 or 1</source>
        <translation>0 oder 1</translation>
    </message>
    <message>
        <source>AFPQ %1</source>
        <translation>AFPQ %1</translation>
    </message>
    <message>
        <source>decoded = original</source>
        <translation>dekodiert = Original</translation>
    </message>
    <message>
        <source>error ŵ − w</source>
        <translation>Fehler ŵ − w</translation>
    </message>
    <message>
        <source>log₁₀ elements</source>
        <translation>log₁₀ Elemente</translation>
    </message>
    <message>
        <source>max |w|</source>
        <translation>max |w|</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>Bits/Gewicht</translation>
    </message>
    <message>
        <source>%1 arrays</source>
        <translation>%1 Arrays</translation>
    </message>
    <message>
        <source>%1 numbers</source>
        <translation>%1 Zahlen</translation>
    </message>
    <message>
        <source>Fisher weights (fisher)</source>
        <translation>Fisher-Gewichte (fisher)</translation>
    </message>
    <message>
        <source>a .npy file of I32 or I64, [texts, tokens]</source>
        <translation>eine .npy-Datei mit I32 oder I64, [Texte, Tokens]</translation>
    </message>
    <message>
        <source>a block was given an input or weights of another shape</source>
        <translation>ein Block bekam eine Eingabe oder Gewichte anderer Form</translation>
    </message>
    <message>
        <source>a budget of bits per weight is a positive number</source>
        <translation>ein Budget in Bits je Gewicht ist eine positive Zahl</translation>
    </message>
    <message>
        <source>a gradient of another shape, or no forward pass before</source>
        <translation>ein Gradient anderer Form, oder keine Vorwärtsrechnung davor</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl</translation>
    </message>
    <message>
        <source>a plan needs one budget</source>
        <translation>ein Plan braucht ein Budget</translation>
    </message>
    <message>
        <source>a plan of a version that this program does not read</source>
        <translation>ein Plan einer Version, die dieses Programm nicht liest</translation>
    </message>
    <message>
        <source>a replaced tensor has no values</source>
        <translation>ein ersetzter Tensor hat keine Werte</translation>
    </message>
    <message>
        <source>a rotary frequency is not finite</source>
        <translation>eine Rotationsfrequenz ist nicht endlich</translation>
    </message>
    <message>
        <source>a string</source>
        <translation>eine Zeichenkette</translation>
    </message>
    <message>
        <source>a tensor&apos;s recipe is not a text</source>
        <translation>das Rezept eines Tensors ist kein Text</translation>
    </message>
    <message>
        <source>a token can&apos;t use that many experts</source>
        <translation>ein Token kann nicht so viele Experten nutzen</translation>
    </message>
    <message>
        <source>a token id is no index of a vocabulary</source>
        <translation>eine Token-Nummer ist kein Index eines Vokabulars</translation>
    </message>
    <message>
        <source>a token id is not in the model&apos;s vocabulary</source>
        <translation>eine Token-Nummer liegt nicht im Vokabular des Modells</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>eine ganze Zahl</translation>
    </message>
    <message>
        <source>add a candidate that fits its shape, or leave it out</source>
        <translation>fügen Sie einen Kandidaten hinzu, der zu seiner Form passt, oder lassen Sie ihn weg</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>höchstens %1</translation>
    </message>
    <message>
        <source>at most %1 bits per weight</source>
        <translation>höchstens %1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>at most %1 tokens</source>
        <translation>höchstens %1 Tokens</translation>
    </message>
    <message>
        <source>bits per weight or bytes</source>
        <translation>Bits je Gewicht oder Bytes</translation>
    </message>
    <message>
        <source>calibrate this model</source>
        <translation>kalibrieren Sie dieses Modell</translation>
    </message>
    <message>
        <source>config.json lacks &apos;%1&apos;</source>
        <translation>in config.json fehlt &apos;%1&apos;</translation>
    </message>
    <message>
        <source>fused heads share no keys</source>
        <translation>zusammengefügte Köpfe teilen keine Schlüssel</translation>
    </message>
    <message>
        <source>head size</source>
        <translation>Kopfgröße</translation>
    </message>
    <message>
        <source>hidden size</source>
        <translation>verborgene Größe</translation>
    </message>
    <message>
        <source>it has cross attention</source>
        <translation>es hat Kreuzaufmerksamkeit</translation>
    </message>
    <message>
        <source>it has rotary factors for long texts</source>
        <translation>es hat Rotationsfaktoren für lange Texte</translation>
    </message>
    <message>
        <source>its attention is scaled by the block&apos;s number</source>
        <translation>seine Aufmerksamkeit ist mit der Blocknummer skaliert</translation>
    </message>
    <message>
        <source>its attention looks ahead</source>
        <translation>seine Aufmerksamkeit blickt voraus</translation>
    </message>
    <message>
        <source>its experts are not Mixtral&apos;s</source>
        <translation>seine Experten sind nicht die von Mixtral</translation>
    </message>
    <message>
        <source>its keys and values differ in width</source>
        <translation>seine Schlüssel und Werte sind verschieden breit</translation>
    </message>
    <message>
        <source>its layers have different rotary settings (&apos;%1&apos;)</source>
        <translation>seine Schichten haben verschiedene Rotationseinstellungen (&apos;%1&apos;)</translation>
    </message>
    <message>
        <source>its norms have no weights</source>
        <translation>seine Normen haben keine Gewichte</translation>
    </message>
    <message>
        <source>layer_types does not name every block</source>
        <translation>layer_types nennt nicht jeden Block</translation>
    </message>
    <message>
        <source>metadata &apos;%1.%2&apos; is missing</source>
        <translation>Metadatum &apos;%1.%2&apos; fehlt</translation>
    </message>
    <message>
        <source>no candidate can be taken</source>
        <translation>kein Kandidat ist möglich</translation>
    </message>
    <message>
        <source>no candidate fits unit %1</source>
        <translation>kein Kandidat passt zu Einheit %1</translation>
    </message>
    <message>
        <source>no such file</source>
        <translation>keine solche Datei</translation>
    </message>
    <message>
        <source>not a plan</source>
        <translation>kein Plan</translation>
    </message>
    <message>
        <source>number of blocks</source>
        <translation>Anzahl der Blöcke</translation>
    </message>
    <message>
        <source>number of heads</source>
        <translation>Anzahl der Köpfe</translation>
    </message>
    <message>
        <source>number of key heads</source>
        <translation>Anzahl der Schlüsselköpfe</translation>
    </message>
    <message>
        <source>one of llama, qwen2, qwen3, gemma2, gpt2, phi3, gptneox</source>
        <translation>eines von llama, qwen2, qwen3, gemma2, gpt2, phi3, gptneox</translation>
    </message>
    <message>
        <source>one value for all blocks</source>
        <translation>ein Wert für alle Blöcke</translation>
    </message>
    <message>
        <source>open the complete model (every shard, not a part or an adapter)</source>
        <translation>öffnen Sie das vollständige Modell (alle Teile, nicht ein Teil oder einen Adapter)</translation>
    </message>
    <message>
        <source>open the model&apos;s folder</source>
        <translation>öffnen Sie den Ordner des Modells</translation>
    </message>
    <message>
        <source>quantizing, comparing and exporting it without running it still work</source>
        <translation>Quantisieren, Vergleichen und Exportieren ohne Vorwärtsrechnung gehen trotzdem</translation>
    </message>
    <message>
        <source>raise the budget or add a smaller candidate</source>
        <translation>erhöhen Sie das Budget, oder fügen Sie einen kleineren Kandidaten hinzu</translation>
    </message>
    <message>
        <source>rope_scaling is no object</source>
        <translation>rope_scaling ist kein Objekt</translation>
    </message>
    <message>
        <source>rotary divisors don&apos;t match the head&apos;s size</source>
        <translation>Rotationsteiler passen nicht zur Kopfgröße</translation>
    </message>
    <message>
        <source>rotary features don&apos;t fit the head</source>
        <translation>Rotationsmerkmale passen nicht in den Kopf</translation>
    </message>
    <message>
        <source>row is not of the tensor</source>
        <translation>Zeile gehört nicht zum Tensor</translation>
    </message>
    <message>
        <source>samples of the inputs (samples)</source>
        <translation>Stichproben der Eingaben (samples)</translation>
    </message>
    <message>
        <source>setting &apos;%1&apos; of the model can&apos;t be used</source>
        <translation>die Einstellung &apos;%1&apos; des Modells ist nicht brauchbar</translation>
    </message>
    <message>
        <source>silu, relu, gelu, gelu_new or gelu_pytorch_tanh</source>
        <translation>silu, relu, gelu, gelu_new oder gelu_pytorch_tanh</translation>
    </message>
    <message>
        <source>size of the MLP</source>
        <translation>Größe des MLP</translation>
    </message>
    <message>
        <source>the %1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>the %1 is not a usable number</source>
        <translation>%1 ist keine brauchbare Zahl</translation>
    </message>
    <message>
        <source>the engine does not know architecture &apos;%1&apos;</source>
        <translation>das Rechenwerk kennt die Architektur &apos;%1&apos; nicht</translation>
    </message>
    <message>
        <source>the engine does not know attention of type %1</source>
        <translation>das Rechenwerk kennt Aufmerksamkeit vom Typ %1 nicht</translation>
    </message>
    <message>
        <source>the engine does not know rotary scaling &apos;%1&apos; (plain, linear and llama3 it does)</source>
        <translation>das Rechenwerk kennt die Rotationsskalierung &apos;%1&apos; nicht (einfach, linear und llama3 kennt es)</translation>
    </message>
    <message>
        <source>the engine does not know rotary scaling &apos;%1&apos; of GGUF files (linear it does)</source>
        <translation>das Rechenwerk kennt die Rotationsskalierung &apos;%1&apos; aus GGUF-Dateien nicht (linear kennt es)</translation>
    </message>
    <message>
        <source>the heads are too wide together</source>
        <translation>die Köpfe sind zusammen zu breit</translation>
    </message>
    <message>
        <source>the inputs&apos; largest magnitudes (max_abs)</source>
        <translation>die größten Beträge der Eingaben (max_abs)</translation>
    </message>
    <message>
        <source>the inputs&apos; mean magnitudes (mean_abs)</source>
        <translation>die mittleren Beträge der Eingaben (mean_abs)</translation>
    </message>
    <message>
        <source>the inputs&apos; mean squares (mean_square)</source>
        <translation>die mittleren Quadrate der Eingaben (mean_square)</translation>
    </message>
    <message>
        <source>the key heads don&apos;t divide the query heads</source>
        <translation>die Schlüsselköpfe teilen die Anfrageköpfe nicht</translation>
    </message>
    <message>
        <source>the loss was never finite</source>
        <translation>der Verlust war nie endlich</translation>
    </message>
    <message>
        <source>the model can&apos;t be run: a tensor of its architecture is missing</source>
        <translation>das Modell lässt sich nicht rechnen: ein Tensor seiner Architektur fehlt</translation>
    </message>
    <message>
        <source>the model has no such tensor</source>
        <translation>das Modell hat keinen solchen Tensor</translation>
    </message>
    <message>
        <source>the model&apos;s settings contradict each other: %1</source>
        <translation>die Einstellungen des Modells widersprechen sich: %1</translation>
    </message>
    <message>
        <source>the norm&apos;s epsilon or the attention&apos;s scale is no number</source>
        <translation>das Epsilon der Norm oder die Skala der Aufmerksamkeit ist keine Zahl</translation>
    </message>
    <message>
        <source>the plan&apos;s tensors are no object</source>
        <translation>die Tensoren des Plans sind kein Objekt</translation>
    </message>
    <message>
        <source>the rotary settings of the model are no usable numbers</source>
        <translation>die Rotationseinstellungen des Modells sind keine brauchbaren Zahlen</translation>
    </message>
    <message>
        <source>the smallest candidates together exceed the budget</source>
        <translation>schon die kleinsten Kandidaten zusammen überschreiten das Budget</translation>
    </message>
    <message>
        <source>the source of weights gave another shape</source>
        <translation>die Quelle der Gewichte gab eine andere Form</translation>
    </message>
    <message>
        <source>the stream does not belong to these tokens</source>
        <translation>der Strom gehört nicht zu diesen Tokens</translation>
    </message>
    <message>
        <source>the tensors tied to it need a common candidate</source>
        <translation>die daran gebundenen Tensoren brauchen einen gemeinsamen Kandidaten</translation>
    </message>
    <message>
        <source>the text is longer than the model&apos;s positions</source>
        <translation>der Text ist länger als die Positionen des Modells</translation>
    </message>
    <message>
        <source>the values that replace this tensor have another shape</source>
        <translation>die Werte, die diesen Tensor ersetzen, haben eine andere Form</translation>
    </message>
    <message>
        <source>there are no tokens to run</source>
        <translation>es gibt keine Tokens zu rechnen</translation>
    </message>
    <message>
        <source>there are too many blocks</source>
        <translation>es gibt zu viele Blöcke</translation>
    </message>
    <message>
        <source>there are too many experts</source>
        <translation>es gibt zu viele Experten</translation>
    </message>
    <message>
        <source>there is no config.json: weights alone don&apos;t say how the model runs</source>
        <translation>es gibt keine config.json: Gewichte allein sagen nicht, wie das Modell rechnet</translation>
    </message>
    <message>
        <source>this array is no list of texts</source>
        <translation>dieses Array ist keine Liste von Texten</translation>
    </message>
    <message>
        <source>this file does not hold one array of token ids</source>
        <translation>diese Datei enthält kein Array von Token-Nummern</translation>
    </message>
    <message>
        <source>this model can&apos;t be run: %1</source>
        <translation>dieses Modell lässt sich nicht rechnen: %1</translation>
    </message>
    <message>
        <source>this model can&apos;t be run: the engine does not know its activation</source>
        <translation>dieses Modell lässt sich nicht rechnen: das Rechenwerk kennt seine Aktivierung nicht</translation>
    </message>
    <message>
        <source>this tensor does not have the shape that the model&apos;s settings say</source>
        <translation>dieser Tensor hat nicht die Form, die die Einstellungen des Modells nennen</translation>
    </message>
    <message>
        <source>token ids are whole numbers of 32 or 64 bits</source>
        <translation>Token-Nummern sind ganze Zahlen mit 32 oder 64 Bits</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>width of the embedding</source>
        <translation>Breite der Einbettung</translation>
    </message>
    <message>
        <source>write one with: quantoscope-cli plan PATH --bits B --candidate R --out FILE</source>
        <translation>schreiben Sie einen mit: quantoscope-cli plan PFAD --bits B --candidate R --out DATEI</translation>
    </message>
    <message>
        <source>{&quot;version&quot;: 1, &quot;tensors&quot;: {NAME: RECIPE}}</source>
        <translation>{&quot;version&quot;: 1, &quot;tensors&quot;: {NAME: REZEPT}}</translation>
    </message>
    <message>
        <source>%1 groups of %2 columns</source>
        <translation>%1 Gruppen von %2 Spalten</translation>
    </message>
    <message>
        <source>%1 has no place for groups of permuted columns; use gptq:static_groups=1 or act_order=0</source>
        <translation>%1 hat keinen Platz für Gruppen vertauschter Spalten; nehmen Sie gptq:static_groups=1 oder act_order=0</translation>
    </message>
    <message>
        <source>Column by column, each weight&apos;s rounding error is made good by the columns that are still to come.</source>
        <translation>Spalte um Spalte gleichen die noch folgenden Spalten den Rundungsfehler jedes Gewichts aus.</translation>
    </message>
    <message>
        <source>GPTQ, arXiv 2210.17323, Algorithm 1; related_methods.md §2</source>
        <translation>GPTQ, arXiv 2210.17323, Algorithmus 1; related_methods.md §2</translation>
    </message>
    <message>
        <source>GPTQ: loss %1 with damping %2</source>
        <translation>GPTQ: Verlust %1 mit Dämpfung %2</translation>
    </message>
    <message>
        <source>a positive semidefinite matrix of finite numbers</source>
        <translation>eine positiv semidefinite Matrix endlicher Zahlen</translation>
    </message>
    <message>
        <source>array g_idx does not part the columns into groups of their size</source>
        <translation>Array g_idx teilt die Spalten nicht in Gruppen ihrer Größe</translation>
    </message>
    <message>
        <source>calibrate the model again</source>
        <translation>kalibrieren Sie das Modell noch einmal</translation>
    </message>
    <message>
        <source>columns whose feedback to the rest is added together</source>
        <translation>Spalten, deren Rückführung auf den Rest gemeinsam addiert wird</translation>
    </message>
    <message>
        <source>columns with the largest inputs first</source>
        <translation>Spalten mit den größten Eingaben zuerst</translation>
    </message>
    <message>
        <source>damping raised to %1</source>
        <translation>Dämpfung auf %1 erhöht</translation>
    </message>
    <message>
        <source>element %1: %2</source>
        <translation>Element %1: %2</translation>
    </message>
    <message>
        <source>error feedback needs the input covariance (sigma)</source>
        <translation>Fehlerrückführung braucht die Kovarianz der Eingaben (sigma)</translation>
    </message>
    <message>
        <source>finite sums of squares on its diagonal</source>
        <translation>endliche Quadratsummen auf ihrer Diagonalen</translation>
    </message>
    <message>
        <source>fit all groups before the first column is quantized</source>
        <translation>alle Gruppen anpassen, bevor die erste Spalte quantisiert wird</translation>
    </message>
    <message>
        <source>outer: groups see feedback from earlier blocks of columns, as in the official code; current: all</source>
        <translation>outer: Gruppen sehen die Rückführung früherer Spaltenblöcke, wie im offiziellen Code; current: alle</translation>
    </message>
    <message>
        <source>share of the mean of Σ&apos;s diagonal that is added to it</source>
        <translation>Anteil vom Mittel der Diagonalen von Σ, der zu ihr addiert wird</translation>
    </message>
    <message>
        <source>take another grid</source>
        <translation>nehmen Sie ein anderes Gitter</translation>
    </message>
    <message>
        <source>the input covariance (sigma) can&apos;t be factored</source>
        <translation>die Kovarianz der Eingaben (sigma) lässt sich nicht zerlegen</translation>
    </message>
    <message>
        <source>the input covariance (sigma) is damaged</source>
        <translation>die Kovarianz der Eingaben (sigma) ist beschädigt</translation>
    </message>
    <message>
        <source>the matrix is not positive definite</source>
        <translation>die Matrix ist nicht positiv definit</translation>
    </message>
    <message>
        <source>this grid stores the weights themselves, so there are no codes to choose</source>
        <translation>dieses Gitter speichert die Gewichte selbst, darum gibt es keine Codes zu wählen</translation>
    </message>
    <message>
        <source>this grid&apos;s blocks hold neighbouring columns, so act-order can&apos;t regroup them</source>
        <translation>die Blöcke dieses Gitters enthalten benachbarte Spalten, act-order kann sie nicht umgruppieren</translation>
    </message>
    <message>
        <source>use gptq:static_groups=1 or gptq:act_order=0</source>
        <translation>nehmen Sie gptq:static_groups=1 oder gptq:act_order=0</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message>
        <source>%1 for %2</source>
        <translation>%1 für %2</translation>
    </message>
    <message>
        <source>%1 has no place for a scale per input column; fold it into what precedes the layer, or export decoded weights</source>
        <translation>%1 hat keinen Platz für eine Skala je Eingangsspalte; verrechnen Sie sie mit dem, was der Schicht vorangeht, oder exportieren Sie dekodierte Gewichte</translation>
    </message>
    <message>
        <source>%1 has no place for sparse weights; leave them out, or export to our own container</source>
        <translation>%1 hat keinen Platz für einzelne Gewichte; lassen Sie sie weg, oder exportieren Sie in unseren eigenen Container</translation>
    </message>
    <message>
        <source>%1 inputs of %2</source>
        <translation>%1 Eingaben von %2</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>AWQ needs the input covariance (sigma) and mean magnitudes (mean_abs)</source>
        <translation>AWQ braucht die Kovarianz (sigma) und die mittleren Beträge (mean_abs) der Eingaben</translation>
    </message>
    <message>
        <source>AWQ&apos;s searches need groups that begin at the same columns in every row</source>
        <translation>die Suchen von AWQ brauchen Gruppen, die in jeder Zeile an denselben Spalten beginnen</translation>
    </message>
    <message>
        <source>AWQ&apos;s searches need groups that lie within one row</source>
        <translation>die Suchen von AWQ brauchen Gruppen innerhalb einer Zeile</translation>
    </message>
    <message>
        <source>AWQ, arXiv 2306.00978</source>
        <translation>AWQ, arXiv 2306.00978</translation>
    </message>
    <message>
        <source>AWQ, arXiv 2306.00978; llm-awq, AutoAWQ; related_methods.md §3</source>
        <translation>AWQ, arXiv 2306.00978; llm-awq, AutoAWQ; related_methods.md §3</translation>
    </message>
    <message>
        <source>AWQ: exponent %1, output error %2 to %3 before clipping</source>
        <translation>AWQ: Exponent %1, Ausgabefehler %2 auf %3 vor dem Beschneiden</translation>
    </message>
    <message>
        <source>AWQ: no samples of the inputs; the clipping search takes all tokens through Σ</source>
        <translation>AWQ: keine Stichproben der Eingaben; die Suche nach dem Beschneiden nimmt alle Tokens über Σ</translation>
    </message>
    <message>
        <source>As FlexRound, with factors of low rank: fewer parameters to overfit few tokens with.</source>
        <translation>Wie FlexRound, mit Faktoren niedrigen Rangs: weniger Parameter, die sich wenigen Tokens überanpassen.</translation>
    </message>
    <message>
        <source>Coordinate descent on Σ</source>
        <translation>Koordinatenabstieg auf Σ</translation>
    </message>
    <message>
        <source>Divides inputs with outliers and multiplies their weights, so that both can be quantized.</source>
        <translation>Teilt Eingaben mit Ausreißern und vervielfacht ihre Gewichte, damit sich beide quantisieren lassen.</translation>
    </message>
    <message>
        <source>Each weight is divided before rounding by a factor of its own, learned on the layer&apos;s outputs.</source>
        <translation>Jedes Gewicht wird vor dem Runden durch einen eigenen Faktor geteilt, gelernt an den Ausgaben der Schicht.</translation>
    </message>
    <message>
        <source>FlexRound, arXiv 2306.00317; seed_methods.md §2</source>
        <translation>FlexRound, arXiv 2306.00317; seed_methods.md §2</translation>
    </message>
    <message>
        <source>FlexRound, learned rounding</source>
        <translation>FlexRound, gelerntes Runden</translation>
    </message>
    <message>
        <source>GPTQ, arXiv 2210.17323</source>
        <translation>GPTQ, arXiv 2210.17323</translation>
    </message>
    <message>
        <source>Inputs that are large get finer weights: a scale per input column by search, then clipping by search.</source>
        <translation>Große Eingaben bekommen feinere Gewichte: eine Skala je Eingangsspalte durch Suche, dann Beschneiden durch Suche.</translation>
    </message>
    <message>
        <source>LRQ, arXiv 2407.11534; seed_methods.md §2</source>
        <translation>LRQ, arXiv 2407.11534; seed_methods.md §2</translation>
    </message>
    <message>
        <source>LRQ, learned low-rank rounding</source>
        <translation>LRQ, gelerntes Runden niedrigen Rangs</translation>
    </message>
    <message>
        <source>OmniQuant, arXiv 2308.13137; related_methods.md §8</source>
        <translation>OmniQuant, arXiv 2308.13137; related_methods.md §8</translation>
    </message>
    <message>
        <source>OmniQuant, learned clipping</source>
        <translation>OmniQuant, gelerntes Beschneiden</translation>
    </message>
    <message>
        <source>Sensitive and outlier weights</source>
        <translation>Empfindliche Gewichte und Ausreißer</translation>
    </message>
    <message>
        <source>SmoothQuant needs the inputs&apos; largest magnitudes (max_abs)</source>
        <translation>SmoothQuant braucht die größten Beträge der Eingaben (max_abs)</translation>
    </message>
    <message>
        <source>SmoothQuant, arXiv 2211.10438</source>
        <translation>SmoothQuant, arXiv 2211.10438</translation>
    </message>
    <message>
        <source>SmoothQuant, arXiv 2211.10438, equation 4; related_methods.md §4</source>
        <translation>SmoothQuant, arXiv 2211.10438, Gleichung 4; related_methods.md §4</translation>
    </message>
    <message>
        <source>SqueezeLLM, arXiv 2306.07629</source>
        <translation>SqueezeLLM, arXiv 2306.07629</translation>
    </message>
    <message>
        <source>SqueezeLLM, arXiv 2306.07629 (dense and sparse); related_methods.md §5</source>
        <translation>SqueezeLLM, arXiv 2306.07629 (dicht und dünn); related_methods.md §5</translation>
    </message>
    <message>
        <source>SqueezeLLM, dense and sparse</source>
        <translation>SqueezeLLM, dicht und dünn</translation>
    </message>
    <message>
        <source>The ends of each group&apos;s range shrink by ratios learned on the layer&apos;s outputs.</source>
        <translation>Die Enden der Spannweite jeder Gruppe rücken um Anteile zusammen, die an den Ausgaben der Schicht gelernt sind.</translation>
    </message>
    <message>
        <source>The weights that the loss feels most, by Fisher weights, and the largest are kept beside the codes.</source>
        <translation>Die Gewichte, die der Verlust nach Fisher-Gewichten am stärksten spürt, und die größten werden neben den Codes aufbewahrt.</translation>
    </message>
    <message>
        <source>Weight after weight takes the level that is best for the layer&apos;s output while all others are held.</source>
        <translation>Gewicht um Gewicht nimmt die Stufe, die für die Ausgabe der Schicht am besten ist, während alle anderen fest bleiben.</translation>
    </message>
    <message>
        <source>a calibration holds a value that is not finite</source>
        <translation>eine Kalibrierung enthält einen Wert, der nicht endlich ist</translation>
    </message>
    <message>
        <source>a calibration&apos;s arrays are floats</source>
        <translation>die Arrays einer Kalibrierung sind Gleitkommazahlen</translation>
    </message>
    <message>
        <source>a layer was calibrated twice</source>
        <translation>eine Schicht wurde zweimal kalibriert</translation>
    </message>
    <message>
        <source>a token of a calibration is no id</source>
        <translation>ein Token einer Kalibrierung ist keine Nummer</translation>
    </message>
    <message>
        <source>an array of a calibration has another number of dimensions</source>
        <translation>ein Array einer Kalibrierung hat eine andere Anzahl Dimensionen</translation>
    </message>
    <message>
        <source>an array of a calibration has another size than its shape</source>
        <translation>ein Array einer Kalibrierung hat eine andere Größe als seine Form</translation>
    </message>
    <message>
        <source>an entry of this imatrix has no sound name</source>
        <translation>ein Eintrag dieser imatrix hat keinen gültigen Namen</translation>
    </message>
    <message>
        <source>an entry of this imatrix is cut</source>
        <translation>ein Eintrag dieser imatrix ist abgeschnitten</translation>
    </message>
    <message>
        <source>an imatrix counts other matrices than it sums</source>
        <translation>eine imatrix zählt andere Matrizen, als sie summiert</translation>
    </message>
    <message>
        <source>an imatrix holds a value that is no mean square</source>
        <translation>eine imatrix enthält einen Wert, der kein mittleres Quadrat ist</translation>
    </message>
    <message>
        <source>array transform.scale holds a scale that is not above 0</source>
        <translation>Array transform.scale enthält eine Skala, die nicht über 0 liegt</translation>
    </message>
    <message>
        <source>arrays named X.sigma, X.mean_abs, X.mean_square, ..., or an imatrix</source>
        <translation>Arrays namens X.sigma, X.mean_abs, X.mean_square, …, oder eine imatrix</translation>
    </message>
    <message>
        <source>calibrate with Fisher weights first, or choose sensitive=0</source>
        <translation>kalibrieren Sie zuerst mit Fisher-Gewichten, oder nehmen Sie sensitive=0</translation>
    </message>
    <message>
        <source>choose groups of columns or whole rows, or clip=0 and variant=llm-awq</source>
        <translation>nehmen Sie Gruppen von Spalten oder ganze Zeilen, oder clip=0 und variant=llm-awq</translation>
    </message>
    <message>
        <source>codes to begin with; gptq: error feedback over the same levels</source>
        <translation>Codes zu Beginn; gptq: Fehlerrückführung über dieselben Stufen</translation>
    </message>
    <message>
        <source>coordinate descent needs the input covariance (sigma)</source>
        <translation>Koordinatenabstieg braucht die Kovarianz der Eingaben (sigma)</translation>
    </message>
    <message>
        <source>coordinate descent: output error %1 to %2 in %3 sweeps</source>
        <translation>Koordinatenabstieg: Ausgabefehler %1 auf %2 in %3 Durchgängen</translation>
    </message>
    <message>
        <source>exponents that are tried: 0, 1/n ... (n-1)/n</source>
        <translation>versuchte Exponenten: 0, 1/n … (n-1)/n</translation>
    </message>
    <message>
        <source>finite numbers, not below 0</source>
        <translation>endliche Zahlen, nicht unter 0</translation>
    </message>
    <message>
        <source>give a longer text, or a shorter --length</source>
        <translation>geben Sie einen längeren Text oder eine kürzere --length</translation>
    </message>
    <message>
        <source>how much of the difficulty moves into the weights; 0.85 for Llama 2</source>
        <translation>wie viel der Schwierigkeit in die Gewichte wandert; 0.85 für Llama 2</translation>
    </message>
    <message>
        <source>init=search chooses zero points, which this grid does not store</source>
        <translation>init=search wählt Nullpunkte, die dieses Gitter nicht speichert</translation>
    </message>
    <message>
        <source>keep fewer</source>
        <translation>bewahren Sie weniger auf</translation>
    </message>
    <message>
        <source>layers that share inputs have different widths</source>
        <translation>Schichten mit gemeinsamen Eingaben sind verschieden breit</translation>
    </message>
    <message>
        <source>learned clipping</source>
        <translation>gelerntes Beschneiden</translation>
    </message>
    <message>
        <source>learned rounding needs evenly spaced levels with a scale and a zero point</source>
        <translation>gelerntes Runden braucht gleich weit entfernte Stufen mit Skala und Nullpunkt</translation>
    </message>
    <message>
        <source>learned rounding needs groups within rows</source>
        <translation>gelerntes Runden braucht Gruppen innerhalb von Zeilen</translation>
    </message>
    <message>
        <source>learning rate at the start of the cosine; parameters are logarithms, so it is a relative change</source>
        <translation>Lernrate am Beginn des Kosinus; Parameter sind Logarithmen, also eine relative Änderung</translation>
    </message>
    <message>
        <source>learning rate, constant</source>
        <translation>Lernrate, konstant</translation>
    </message>
    <message>
        <source>llm-awq: powers of the inputs&apos; mean magnitude; autoawq: over powers of the weights&apos; as well</source>
        <translation>llm-awq: Potenzen des mittleren Betrags der Eingaben; autoawq: geteilt durch Potenzen dessen der Gewichte</translation>
    </message>
    <message>
        <source>make one with calibrate</source>
        <translation>erstellen Sie eine mit calibrate</translation>
    </message>
    <message>
        <source>more sparse weights than row pointers can count</source>
        <translation>mehr einzelne Gewichte, als Zeilenzeiger zählen können</translation>
    </message>
    <message>
        <source>not 0: outliers lie beyond the quartiles by so many times their distance, and `outliers` does not count</source>
        <translation>nicht 0: Ausreißer liegen um so viele Quartilsabstände jenseits der Quartile, und `outliers` zählt nicht</translation>
    </message>
    <message>
        <source>passes over all columns at most; it ends when no code changes</source>
        <translation>höchstens so viele Durchgänge über alle Spalten; Schluss, wenn sich kein Code ändert</translation>
    </message>
    <message>
        <source>rank of the factors; 0: a quarter of the smaller side</source>
        <translation>Rang der Faktoren; 0: ein Viertel der kleineren Seite</translation>
    </message>
    <message>
        <source>scheme=sym_full has signed scales, whose logarithms can&apos;t be learned</source>
        <translation>scheme=sym_full hat Skalen mit Vorzeichen, deren Logarithmen sich nicht lernen lassen</translation>
    </message>
    <message>
        <source>search how far each group&apos;s largest weights are clipped</source>
        <translation>suchen, wie weit die größten Gewichte jeder Gruppe beschnitten werden</translation>
    </message>
    <message>
        <source>search: start from the exhaustive search of clip and zero point, slow</source>
        <translation>search: Beginn mit der erschöpfenden Suche nach Beschneiden und Nullpunkt, langsam</translation>
    </message>
    <message>
        <source>seed_methods.md §3.9</source>
        <translation>seed_methods.md §3.9</translation>
    </message>
    <message>
        <source>seed_methods.md §3.9; coordinate descent on tr(EΣEᵀ)</source>
        <translation>seed_methods.md §3.9; Koordinatenabstieg auf tr(EΣEᵀ)</translation>
    </message>
    <message>
        <source>sensitive weights are found by Fisher weights (fisher), one per element of the tensor</source>
        <translation>empfindliche Gewichte werden durch Fisher-Gewichte (fisher) gefunden, eines je Element des Tensors</translation>
    </message>
    <message>
        <source>share of the weights that is kept for its magnitude</source>
        <translation>Anteil der Gewichte, die wegen ihres Betrags aufbewahrt werden</translation>
    </message>
    <message>
        <source>share of the weights that is kept for its sensitivity</source>
        <translation>Anteil der Gewichte, die wegen ihrer Empfindlichkeit aufbewahrt werden</translation>
    </message>
    <message>
        <source>symmetric clipping needs 2 bits</source>
        <translation>symmetrisches Beschneiden braucht 2 Bits</translation>
    </message>
    <message>
        <source>the calibration is of a layer with another number of inputs</source>
        <translation>die Kalibrierung gehört zu einer Schicht mit einer anderen Anzahl Eingaben</translation>
    </message>
    <message>
        <source>the inputs&apos; largest magnitudes (max_abs) are damaged</source>
        <translation>die größten Beträge der Eingaben (max_abs) sind beschädigt</translation>
    </message>
    <message>
        <source>the text does not fill one window</source>
        <translation>der Text füllt kein Fenster</translation>
    </message>
    <message>
        <source>the tokens of a calibration are integers [windows, L]</source>
        <translation>die Tokens einer Kalibrierung sind ganze Zahlen [Fenster, L]</translation>
    </message>
    <message>
        <source>the two models have different vocabularies</source>
        <translation>die zwei Modelle haben verschiedene Vokabulare</translation>
    </message>
    <message>
        <source>the weights are so large that scaled inputs&apos; weights overflow</source>
        <translation>die Gewichte sind so groß, dass die skalierten Gewichte überlaufen</translation>
    </message>
    <message>
        <source>there is no such calibration file</source>
        <translation>es gibt keine solche Kalibrierungsdatei</translation>
    </message>
    <message>
        <source>there is no token to calibrate with</source>
        <translation>es gibt kein Token zum Kalibrieren</translation>
    </message>
    <message>
        <source>this array of a calibration is square</source>
        <translation>dieses Array einer Kalibrierung ist quadratisch</translation>
    </message>
    <message>
        <source>this calibration is of another model</source>
        <translation>diese Kalibrierung gehört zu einem anderen Modell</translation>
    </message>
    <message>
        <source>this file holds no calibration</source>
        <translation>diese Datei enthält keine Kalibrierung</translation>
    </message>
    <message>
        <source>this grid&apos;s levels are no evenly spaced ladders</source>
        <translation>die Stufen dieses Gitters sind nicht gleich weit entfernt</translation>
    </message>
    <message>
        <source>this imatrix is of another model</source>
        <translation>diese imatrix gehört zu einem anderen Modell</translation>
    </message>
    <message>
        <source>this is no imatrix: its first number counts the entries</source>
        <translation>das ist keine imatrix: ihre erste Zahl zählt die Einträge</translation>
    </message>
    <message>
        <source>use group=row or a number of columns</source>
        <translation>nehmen Sie group=row oder eine Anzahl Spalten</translation>
    </message>
    <message>
        <source>use scheme=asym</source>
        <translation>nehmen Sie scheme=asym</translation>
    </message>
    <message>
        <source>use scheme=asym or init=minmax</source>
        <translation>nehmen Sie scheme=asym oder init=minmax</translation>
    </message>
    <message>
        <source>use scheme=asym or sym</source>
        <translation>nehmen Sie scheme=asym oder sym</translation>
    </message>
    <message>
        <source>use the grid rtn</source>
        <translation>nehmen Sie das Gitter rtn</translation>
    </message>
    <message>
        <source>windows need two tokens, and a stride of at most their length</source>
        <translation>Fenster brauchen zwei Tokens und höchstens ihre Länge als Schrittweite</translation>
    </message>
    <message>
        <source>AWQ</source>
        <translation>AWQ</translation>
    </message>
    <message>
        <source>SmoothQuant</source>
        <translation>SmoothQuant</translation>
    </message>
    <message>
        <source>FlexRound, arXiv 2306.00317</source>
        <translation>FlexRound, arXiv 2306.00317</translation>
    </message>
    <message>
        <source>LRQ, arXiv 2407.11534</source>
        <translation>LRQ, arXiv 2407.11534</translation>
    </message>
    <message>
        <source>OmniQuant, arXiv 2308.13137</source>
        <translation>OmniQuant, arXiv 2308.13137</translation>
    </message>
    <message>
        <source>a region is ROW:ROW,COLUMN:COLUMN, ends excluded</source>
        <translation>ein Ausschnitt ist ZEILE:ZEILE,SPALTE:SPALTE, Enden ausgeschlossen</translation>
    </message>
    <message>
        <source>for example 0:64,0:128</source>
        <translation>zum Beispiel 0:64,0:128</translation>
    </message>
    <message>
        <source>rows %1–%2, columns %3–%4</source>
        <translation>Zeilen %1–%2, Spalten %3–%4</translation>
    </message>
    <message>
        <source>rows to %1, columns to %2</source>
        <translation>Zeilen bis %1, Spalten bis %2</translation>
    </message>
    <message>
        <source>rows, columns</source>
        <translation>Zeilen, Spalten</translation>
    </message>
    <message>
        <source>the model&apos;s heads are too wide</source>
        <translation>die Köpfe des Modells sind zu breit</translation>
    </message>
    <message>
        <source>the region does not lie in the matrix</source>
        <translation>der Ausschnitt liegt nicht in der Matrix</translation>
    </message>
    <message>
        <source>its inputs are those of %1 layers, which share one vector of scales</source>
        <translation>seine Eingaben sind die von %1 Schichten, die einen Vektor von Skalen teilen</translation>
    </message>
    <message>
        <source>%1: relative output error %2 to %3 in %4 steps</source>
        <translation>%1: relativer Ausgabefehler %2 auf %3 in %4 Schritten</translation>
    </message>
    <message>
        <source>its scales are those that were found for a layer with the same inputs</source>
        <translation>die Skalen sind die, die für eine Schicht mit denselben Eingaben gefunden wurden</translation>
    </message>
    <message>
        <source>learning needs the input covariance (sigma)</source>
        <translation>Lernen braucht die Kovarianz der Eingaben (sigma)</translation>
    </message>
    <message>
        <source>%1 cores</source>
        <translation>%1 Kerne</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 Threads</translation>
    </message>
    <message>
        <source>1 core</source>
        <translation>1 Kern</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 Thread</translation>
    </message>
    <message>
        <source>In full colour: %1.</source>
        <translation>In voller Farbe: %1.</translation>
    </message>
    <message>
        <source>a range is FROM:TO, the smaller one first</source>
        <translation>ein Bereich ist VON:BIS, das Kleinere zuerst</translation>
    </message>
    <message>
        <source>for example -0.01:0.02</source>
        <translation>zum Beispiel -0.01:0.02</translation>
    </message>
    <message>
        <source>there is no device %1 here; the CPU computes</source>
        <translation>es gibt hier kein Gerät %1; die CPU rechnet</translation>
    </message>
    <message>
        <source>weights from %1</source>
        <translation>Gewichte von %1</translation>
    </message>
    <message>
        <source>weights from %1 to %2</source>
        <translation>Gewichte von %1 bis %2</translation>
    </message>
    <message>
        <source>weights from:to</source>
        <translation>Gewichte von:bis</translation>
    </message>
    <message>
        <source>%1 %2 nats a token on average, worse on %3 % of the tokens</source>
        <translation>%1 im Mittel %2 Nat je Token, schlechter bei %3 % der Token</translation>
    </message>
    <message>
        <source>%1 is largest in column %2 with %3</source>
        <translation>%1 ist am größten in Spalte %2 mit %3</translation>
    </message>
    <message>
        <source>%1 is largest in column %2 with %3, %4 times the median</source>
        <translation>%1 ist am größten in Spalte %2 mit %3, dem %4-Fachen des Medians</translation>
    </message>
    <message>
        <source>%1 is measured at %2 of %3 outputs.</source>
        <translation>%1 ist an %2 von %3 Ausgaben gemessen.</translation>
    </message>
    <message>
        <source>%1 is worst around token %2 with %3</source>
        <translation>%1 ist am schlechtesten um Token %2 mit %3</translation>
    </message>
    <message>
        <source>%1 tokens lie outside the axis.</source>
        <translation>%1 Token liegen außerhalb der Achse.</translation>
    </message>
    <message>
        <source>Difference of the loss along the text</source>
        <translation>Differenz des Verlusts entlang des Textes</translation>
    </message>
    <message>
        <source>Difference of the loss along the text: %1.</source>
        <translation>Differenz des Verlusts entlang des Textes: %1.</translation>
    </message>
    <message>
        <source>Difference of the loss by token</source>
        <translation>Differenz des Verlusts je Token</translation>
    </message>
    <message>
        <source>Distribution of the difference of the loss against the reference: %1.</source>
        <translation>Verteilung der Differenz des Verlusts zur Referenz: %1.</translation>
    </message>
    <message>
        <source>Each point is the mean of %1 tokens.</source>
        <translation>Jeder Punkt ist das Mittel von %1 Token.</translation>
    </message>
    <message>
        <source>Inputs of the layer</source>
        <translation>Eingaben der Schicht</translation>
    </message>
    <message>
        <source>Inputs of the layer by column: %1.</source>
        <translation>Eingaben der Schicht nach Spalten: %1.</translation>
    </message>
    <message>
        <source>Of neighbouring columns the one of largest figure is drawn.</source>
        <translation>Von benachbarten Spalten ist die mit der größten Zahl gezeichnet.</translation>
    </message>
    <message>
        <source>The file does not tell the number of tokens: rms x is √(diag Σ).</source>
        <translation>Die Datei nennt die Zahl der Token nicht: rms x ist √(diag Σ).</translation>
    </message>
    <message>
        <source>Which input channels are large on the calibration text?</source>
        <translation>Welche Eingabekanäle sind auf dem Kalibriertext groß?</translation>
    </message>
    <message>
        <source>a mixture has one result for a tensor</source>
        <translation>eine Mischung hat ein Ergebnis je Tensor</translation>
    </message>
    <message>
        <source>activation units</source>
        <translation>Einheiten der Aktivierung</translation>
    </message>
    <message>
        <source>calibrate with %1 tokens; stated working memory %2</source>
        <translation>kalibrieren mit %1 Token; angegebener Arbeitsspeicher %2</translation>
    </message>
    <message>
        <source>choose a text file in UTF-8</source>
        <translation>eine Textdatei in UTF-8 wählen</translation>
    </message>
    <message>
        <source>evaluate a mixture against the original</source>
        <translation>eine Mischung gegen das Original bewerten</translation>
    </message>
    <message>
        <source>give a longer text, or a shorter window</source>
        <translation>einen längeren Text oder ein kürzeres Fenster angeben</translation>
    </message>
    <message>
        <source>inputs x</source>
        <translation>Eingaben x</translation>
    </message>
    <message>
        <source>loss above the reference</source>
        <translation>Verlust über der Referenz</translation>
    </message>
    <message>
        <source>max |x|</source>
        <translation>max |x|</translation>
    </message>
    <message>
        <source>mean |x|</source>
        <translation>mittl. |x|</translation>
    </message>
    <message>
        <source>no difference</source>
        <translation>keine Differenz</translation>
    </message>
    <message>
        <source>no evaluation has a reference</source>
        <translation>keine Bewertung hat eine Referenz</translation>
    </message>
    <message>
        <source>no result has the error of its output</source>
        <translation>kein Ergebnis hat den Fehler seiner Ausgabe</translation>
    </message>
    <message>
        <source>no text is chosen</source>
        <translation>kein Text ist gewählt</translation>
    </message>
    <message>
        <source>nothing is known of the layer&apos;s inputs</source>
        <translation>über die Eingaben der Schicht ist nichts bekannt</translation>
    </message>
    <message>
        <source>open a calibration file</source>
        <translation>eine Kalibrierdatei öffnen</translation>
    </message>
    <message>
        <source>open a calibration file of this model</source>
        <translation>eine Kalibrierdatei dieses Modells öffnen</translation>
    </message>
    <message>
        <source>relative output error</source>
        <translation>relativer Ausgabefehler</translation>
    </message>
    <message>
        <source>rms x</source>
        <translation>rms x</translation>
    </message>
    <message>
        <source>share of tokens</source>
        <translation>Anteil der Token</translation>
    </message>
    <message>
        <source>the calibration file does not hold this figure of the layer</source>
        <translation>die Kalibrierdatei enthält diese Zahl der Schicht nicht</translation>
    </message>
    <message>
        <source>the calibration file knows nothing of this layer</source>
        <translation>die Kalibrierdatei weiß nichts über diese Schicht</translation>
    </message>
    <message>
        <source>the checkpoint has no such tensor</source>
        <translation>der Checkpoint hat keinen solchen Tensor</translation>
    </message>
    <message>
        <source>the result is of a tensor of another shape</source>
        <translation>das Ergebnis gehört zu einem Tensor anderer Form</translation>
    </message>
    <message>
        <source>this plot needs the inputs of the layer</source>
        <translation>dieses Bild braucht die Eingaben der Schicht</translation>
    </message>
    <message>
        <source>this run needs more memory than its limit allows</source>
        <translation>dieser Lauf braucht mehr Speicher, als seine Grenze erlaubt</translation>
    </message>
    <message>
        <source>token of the text</source>
        <translation>Token des Textes</translation>
    </message>
    <message>
        <source>use fewer tokens</source>
        <translation>weniger Token nehmen</translation>
    </message>
    <message>
        <source>2 bits: one shape of levels, scales and offsets of 8 bits, learned on the model</source>
        <translation>2 Bit: eine Form der Stufen, Skalen und Versätze mit 8 Bit, am Modell gelernt</translation>
    </message>
    <message>
        <source>3 bits: the same</source>
        <translation>3 Bit: ebenso</translation>
    </message>
    <message>
        <source>4 bits and less: the same, with 3 bits where keys and the first queries are made</source>
        <translation>4 Bit und weniger: ebenso, mit 3 Bit dort, wo Schlüssel und die ersten Anfragen entstehen</translation>
    </message>
    <message>
        <source>A free offset per weight decides its level, learned together with the grid&apos;s own scales, offsets and levels.</source>
        <translation>Ein freier Versatz je Gewicht bestimmt seine Stufe, gelernt zusammen mit Skalen, Versätzen und Stufen des Gitters.</translation>
    </message>
    <message>
        <source>Adam&apos;s second decay</source>
        <translation>zweite Abklingrate von Adam</translation>
    </message>
    <message>
        <source>Learned offsets</source>
        <translation>Gelernte Versätze</translation>
    </message>
    <message>
        <source>a grid that learns chooses its own codes</source>
        <translation>ein Gitter, das lernt, wählt seine Codes selbst</translation>
    </message>
    <message>
        <source>a limit of %1</source>
        <translation>eine Grenze von %1</translation>
    </message>
    <message>
        <source>a recipe names a part that is not there</source>
        <translation>ein Rezept nennt einen Teil, den es nicht gibt</translation>
    </message>
    <message>
        <source>best-2, best-3 or best-4</source>
        <translation>best-2, best-3 oder best-4</translation>
    </message>
    <message>
        <source>block %1: relative error of its output %2 to %3, best at step %4 of %5, %6</source>
        <translation>Block %1: relativer Fehler der Ausgabe %2 bis %3, bester Schritt %4 von %5, %6</translation>
    </message>
    <message>
        <source>calibrate with a text that fills at least one window</source>
        <translation>mit einem Text kalibrieren, der mindestens ein Fenster füllt</translation>
    </message>
    <message>
        <source>calibration texts in a mini-batch, for the scopes block and model</source>
        <translation>Kalibriertexte in einem Mini-Batch, für scope=block und scope=model</translation>
    </message>
    <message>
        <source>codes to begin with: the nearest, or those of GPTQ or coordinate descent on Σ over the same levels</source>
        <translation>Codes zu Beginn: die nächsten, oder die von GPTQ oder Koordinatenabstieg auf Σ über denselben Stufen</translation>
    </message>
    <message>
        <source>double=1 rounds scales to a table, which is not learned</source>
        <translation>double=1 rundet Skalen auf eine Tabelle, die nicht gelernt wird</translation>
    </message>
    <message>
        <source>experts that lie in one tensor can&apos;t be learned on a block</source>
        <translation>Experten, die in einem Tensor liegen, können nicht am Block gelernt werden</translation>
    </message>
    <message>
        <source>give a calibration file that calibrate wrote: it holds the tokens</source>
        <translation>eine Kalibrierdatei von calibrate angeben: sie enthält die Token</translation>
    </message>
    <message>
        <source>how often all texts are evaluated to keep the best, for the scopes block and model</source>
        <translation>wie oft alle Texte bewertet werden, um das Beste zu behalten, für scope=block und scope=model</translation>
    </message>
    <message>
        <source>layers that learn together need the same scope, steps, rates and batches</source>
        <translation>Schichten, die zusammen lernen, brauchen denselben scope und dieselben Schritte, Raten und Batches</translation>
    </message>
    <message>
        <source>learn %1</source>
        <translation>lernt %1</translation>
    </message>
    <message>
        <source>learn %1 layers with scope=%2, %3 steps; stated working memory %4</source>
        <translation>lernt %1 Schichten mit scope=%2, %3 Schritte; angegebener Arbeitsspeicher %4</translation>
    </message>
    <message>
        <source>learn the grid&apos;s scales, offsets and levels too</source>
        <translation>auch Skalen, Versätze und Stufen des Gitters lernen</translation>
    </message>
    <message>
        <source>learned offsets</source>
        <translation>gelernte Versätze</translation>
    </message>
    <message>
        <source>learning needs more memory than it may use</source>
        <translation>das Lernen braucht mehr Speicher, als es nutzen darf</translation>
    </message>
    <message>
        <source>learning on blocks or on the model needs the calibration text</source>
        <translation>das Lernen an Blöcken oder am Modell braucht den Kalibriertext</translation>
    </message>
    <message>
        <source>learning rate of the grid&apos;s scales and levels, relative to a group&apos;s half range</source>
        <translation>Lernrate der Skalen und Stufen des Gitters, bezogen auf den halben Bereich einer Gruppe</translation>
    </message>
    <message>
        <source>learning rate of the offsets, in half ranges of their group; 0: only the grid learns</source>
        <translation>Lernrate der Versätze, in halben Bereichen ihrer Gruppe; 0: nur das Gitter lernt</translation>
    </message>
    <message>
        <source>leave it out, or use scope=layer</source>
        <translation>auslassen oder scope=layer verwenden</translation>
    </message>
    <message>
        <source>leave out %1, or use scope=layer in the grid</source>
        <translation>%1 weglassen oder scope=layer im Gitter verwenden</translation>
    </message>
    <message>
        <source>leave out the transform and the residual</source>
        <translation>Transformation und Rest weglassen</translation>
    </message>
    <message>
        <source>model: KL(full ‖ quantized) per token %1 at the start, best at step %2 of %3, %4</source>
        <translation>Modell: KL(voll ‖ quantisiert) je Token %1 zu Beginn, bester Schritt %2 von %3, %4</translation>
    </message>
    <message>
        <source>no assignment of this name</source>
        <translation>keine Zuordnung dieses Namens</translation>
    </message>
    <message>
        <source>no layer learns on blocks or on the model</source>
        <translation>keine Schicht lernt an Blöcken oder am Modell</translation>
    </message>
    <message>
        <source>no linear layer inside a block</source>
        <translation>keine lineare Schicht in einem Block</translation>
    </message>
    <message>
        <source>no preset of this name</source>
        <translation>keine Voreinstellung dieses Namens</translation>
    </message>
    <message>
        <source>nothing in this recipe learns</source>
        <translation>nichts in diesem Rezept lernt</translation>
    </message>
    <message>
        <source>only linear layers inside blocks learn on blocks or on the model</source>
        <translation>nur lineare Schichten in Blöcken lernen an Blöcken oder am Modell</translation>
    </message>
    <message>
        <source>quantoscope learned 1</source>
        <translation>quantoscope learned 1</translation>
    </message>
    <message>
        <source>raise --memory-limit, or use a smaller batch, fewer calibration tokens or scope=block</source>
        <translation>--memory-limit erhöhen oder einen kleineren Batch, weniger Kalibriertoken oder scope=block verwenden</translation>
    </message>
    <message>
        <source>rounding learns nothing</source>
        <translation>rounding lernt nichts</translation>
    </message>
    <message>
        <source>run it over the model with a calibration file that holds its tokens, or use scope=layer</source>
        <translation>über das Modell laufen lassen, mit einer Kalibrierdatei, die die Token enthält, oder scope=layer verwenden</translation>
    </message>
    <message>
        <source>scheme=sym_full has signed scales, which can&apos;t be learned</source>
        <translation>scheme=sym_full hat Skalen mit Vorzeichen, die nicht gelernt werden können</translation>
    </message>
    <message>
        <source>scope=%1 learns on a whole model with its calibration text, not on a layer alone</source>
        <translation>scope=%1 lernt an einem ganzen Modell mit seinem Kalibriertext, nicht an einer Schicht allein</translation>
    </message>
    <message>
        <source>scope=block and scope=model learn on the stored weights alone</source>
        <translation>scope=block und scope=model lernen nur an den gespeicherten Gewichten</translation>
    </message>
    <message>
        <source>scope=layer: share of the mean of Σ&apos;s diagonal that is added to it</source>
        <translation>scope=layer: Anteil des Mittels der Diagonale von Σ, der zu ihr addiert wird</translation>
    </message>
    <message>
        <source>see the names with inspect</source>
        <translation>die Namen mit inspect ansehen</translation>
    </message>
    <message>
        <source>share of the calibration texts that decides which step was the best instead of being learned from; 0: all</source>
        <translation>Anteil der Kalibriertexte, der über den besten Schritt entscheidet, statt gelernt zu werden; 0: alle</translation>
    </message>
    <message>
        <source>steps over which the learning rate rises</source>
        <translation>Schritte, über die die Lernrate ansteigt</translation>
    </message>
    <message>
        <source>stop after so many steps without a better one; 0: never</source>
        <translation>nach so vielen Schritten ohne besseren aufhören; 0: nie</translation>
    </message>
    <message>
        <source>straight-through learned rounding over any grid (AdaRound and LSQ in one); frontier.md, end</source>
        <translation>gelerntes Runden mit durchgereichtem Gradienten über jedem Gitter (AdaRound und LSQ in einem); frontier.md, Ende</translation>
    </message>
    <message>
        <source>the two streams are not of the same texts</source>
        <translation>die beiden Ströme gehören nicht zu denselben Texten</translation>
    </message>
    <message>
        <source>there is no calibration text to learn from</source>
        <translation>es gibt keinen Kalibriertext, von dem gelernt werden kann</translation>
    </message>
    <message>
        <source>this grid&apos;s levels are not scales, offsets and tables that can be learned</source>
        <translation>die Stufen dieses Gitters sind keine Skalen, Versätze und Tabellen, die gelernt werden können</translation>
    </message>
    <message>
        <source>use double=0, or the grid lcq with double=1</source>
        <translation>double=0 verwenden oder das Gitter lcq mit double=1</translation>
    </message>
    <message>
        <source>use levels=1 or an offset_lr above 0</source>
        <translation>levels=1 oder ein offset_lr über 0 verwenden</translation>
    </message>
    <message>
        <source>use scope=layer</source>
        <translation>scope=layer verwenden</translation>
    </message>
    <message>
        <source>use the grid rtn, nf, afpq, kmeans or lcq</source>
        <translation>das Gitter rtn, nf, afpq, kmeans oder lcq verwenden</translation>
    </message>
    <message>
        <source>what the loss is taken on: the layer&apos;s outputs, the block&apos;s, or the model&apos;s output distribution</source>
        <translation>woran der Verlust gemessen wird: an den Ausgaben der Schicht, des Blocks oder an der Ausgabeverteilung des Modells</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Codes and the grid&apos;s own numbers take turns: each is solved for the layer&apos;s output with the others held.</source>
        <translation>Codes und die eigenen Zahlen des Gitters wechseln sich ab: jedes wird für die Ausgabe der Schicht gelöst, während die anderen festgehalten werden.</translation>
    </message>
    <message>
        <source>Least squares on Σ</source>
        <translation>Kleinste Quadrate auf Σ</translation>
    </message>
    <message>
        <source>alternating least squares needs the input covariance (sigma)</source>
        <translation>abwechselnde kleinste Quadrate brauchen die Kovarianz der Eingaben (sigma)</translation>
    </message>
    <message>
        <source>alternating least squares: output error %1 (nearest levels), %2 to %3 in %4 rounds</source>
        <translation>abwechselnde kleinste Quadrate: Ausgabefehler %1 (nächste Stufen), %2 auf %3 in %4 Runden</translation>
    </message>
    <message>
        <source>codes to begin with; gptq: of each row the better of GPTQ&apos;s and the nearest</source>
        <translation>Codes zu Beginn; gptq: je Zeile die besseren von GPTQs und den nächsten</translation>
    </message>
    <message>
        <source>goes on at step %1 of %2</source>
        <translation>geht bei Schritt %1 von %2 weiter</translation>
    </message>
    <message>
        <source>groups that reach over several rows can&apos;t be solved row by row</source>
        <translation>Gruppen, die über mehrere Zeilen reichen, lassen sich nicht zeilenweise lösen</translation>
    </message>
    <message>
        <source>layer-wise LCQ, seed_methods.md §3.9</source>
        <translation>LCQ je Schicht, seed_methods.md §3.9</translation>
    </message>
    <message>
        <source>most rounds of scales and offsets, codes, shared levels</source>
        <translation>höchstens so viele Runden aus Skalen und Versätzen, Codes, gemeinsamen Stufen</translation>
    </message>
    <message>
        <source>passes of coordinate descent over the codes in each round</source>
        <translation>Durchgänge des Koordinatenabstiegs über die Codes in jeder Runde</translation>
    </message>
    <message>
        <source>use groups of columns, or group=row</source>
        <translation>Gruppen aus Spalten nehmen, oder group=row</translation>
    </message>
    <message>
        <source>what is kept of a training is damaged</source>
        <translation>was von einem Training aufbewahrt ist, ist beschädigt</translation>
    </message>
    <message>
        <source>what is kept of a training is not complete</source>
        <translation>was von einem Training aufbewahrt ist, ist unvollständig</translation>
    </message>
    <message>
        <source>what was kept of the training is of another one</source>
        <translation>was vom Training aufbewahrt wurde, gehört zu einem anderen</translation>
    </message>
    <message>
        <source>%1 blocks of it decode to other values</source>
        <translation>Blöcke von %1 daraus ergeben andere Werte</translation>
    </message>
    <message>
        <source>%1 can&apos;t hold this result: %2</source>
        <translation>%1 kann dieses Ergebnis nicht aufnehmen: %2</translation>
    </message>
    <message>
        <source>%1 is given twice in the format</source>
        <translation>%1 steht zweimal im Format</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>32 neighbours of a row do not share a scale</source>
        <translation>32 Nachbarn einer Zeile haben nicht dieselbe Skala</translation>
    </message>
    <message>
        <source>8 bits and a zero point leave GGUF&apos;s Q8_0; use scheme=sym, or bits=7</source>
        <translation>8 Bit und ein Nullpunkt reichen über GGUFs Q8_0 hinaus; scheme=sym oder bits=7 nehmen</translation>
    </message>
    <message>
        <source>GGUF can&apos;t hold this result without loss: %1</source>
        <translation>GGUF kann dieses Ergebnis nicht ohne Verlust aufnehmen: %1</translation>
    </message>
    <message>
        <source>GGUF has only MXFP4 of these; use format=mxfp4, or export decoded values</source>
        <translation>GGUF hat davon nur MXFP4; format=mxfp4 nehmen oder dekodierte Werte exportieren</translation>
    </message>
    <message>
        <source>GGUF&apos;s blocks have 32 weights; use group=32 or a multiple of it%1</source>
        <translation>GGUFs Blöcke haben 32 Gewichte; group=32 oder ein Vielfaches nehmen%1</translation>
    </message>
    <message>
        <source>GGUF&apos;s blocks run along the inputs%1</source>
        <translation>GGUFs Blöcke laufen entlang der Eingänge%1</translation>
    </message>
    <message>
        <source>GGUF&apos;s integer blocks have F16 scales; use scale=f16</source>
        <translation>GGUFs Blöcke ganzer Zahlen haben Skalen in F16; scale=f16 nehmen</translation>
    </message>
    <message>
        <source>a name that llama.cpp knows, like llama-bpe</source>
        <translation>ein Name, den llama.cpp kennt, wie llama-bpe</translation>
    </message>
    <message>
        <source>architecture &apos;%1&apos; is not among %2</source>
        <translation>die Architektur „%1“ ist nicht unter %2</translation>
    </message>
    <message>
        <source>blocks of another size than the tensor</source>
        <translation>Blöcke von anderer Größe als der Tensor</translation>
    </message>
    <message>
        <source>config.json does not say how many positions it has</source>
        <translation>config.json sagt nicht, wie viele Positionen es hat</translation>
    </message>
    <message>
        <source>export decoded weights: safetensors</source>
        <translation>dekodierte Gewichte exportieren: safetensors</translation>
    </message>
    <message>
        <source>it has no embedding</source>
        <translation>es hat keine Einbettung</translation>
    </message>
    <message>
        <source>it is %1, not %2</source>
        <translation>es ist %1, nicht %2</translation>
    </message>
    <message>
        <source>it is mxfp4, not %1</source>
        <translation>es ist mxfp4, nicht %1</translation>
    </message>
    <message>
        <source>it is undone after decoding (%1)</source>
        <translation>es wird nach dem Dekodieren rückgängig gemacht (%1)</translation>
    </message>
    <message>
        <source>its heads turn in part only</source>
        <translation>seine Köpfe drehen sich nur zum Teil</translation>
    </message>
    <message>
        <source>its integers reach from %1 around the zero point</source>
        <translation>seine ganzen Zahlen reichen von %1 um den Nullpunkt</translation>
    </message>
    <message>
        <source>its integers reach from %1 around the zero point, beyond %2</source>
        <translation>seine ganzen Zahlen reichen von %1 um den Nullpunkt, über %2 hinaus</translation>
    </message>
    <message>
        <source>its levels are no multiples of one scale</source>
        <translation>seine Stufen sind keine Vielfachen einer Skala</translation>
    </message>
    <message>
        <source>its rows of %1 weights don&apos;t fill blocks of 32</source>
        <translation>seine Zeilen von %1 Gewichten füllen keine Blöcke von 32</translation>
    </message>
    <message>
        <source>its scales are no F16 numbers</source>
        <translation>seine Skalen sind keine Zahlen in F16</translation>
    </message>
    <message>
        <source>its scales leave float&apos;s range</source>
        <translation>seine Skalen verlassen den Bereich von float</translation>
    </message>
    <message>
        <source>its tokenizer has no merges</source>
        <translation>sein Tokenizer hat keine Verschmelzungen</translation>
    </message>
    <message>
        <source>its tokenizer has tokens beyond the embedding&apos;s %1 rows</source>
        <translation>sein Tokenizer hat Token jenseits der %1 Zeilen der Einbettung</translation>
    </message>
    <message>
        <source>its tokenizer is of kind %1, and llama.cpp&apos;s models of this architecture have BPE</source>
        <translation>sein Tokenizer ist von der Art %1, und llama.cpps Modelle dieser Architektur haben BPE</translation>
    </message>
    <message>
        <source>its tokenizer.json has no model</source>
        <translation>seine tokenizer.json hat kein Modell</translation>
    </message>
    <message>
        <source>its values are no whole multiples of its scales</source>
        <translation>seine Werte sind keine ganzen Vielfachen seiner Skalen</translation>
    </message>
    <message>
        <source>leave it out, or export decoded weights</source>
        <translation>weglassen oder dekodierte Gewichte exportieren</translation>
    </message>
    <message>
        <source>leave out type=</source>
        <translation>type= weglassen</translation>
    </message>
    <message>
        <source>leave out type=, or quantize with ggml:type=%1</source>
        <translation>type= weglassen oder mit ggml:type=%1 quantisieren</translation>
    </message>
    <message>
        <source>leave out type=, quantize with scheme=sym or ggml:type=q4_1, or export decoded weights</source>
        <translation>type= weglassen, mit scheme=sym oder ggml:type=q4_1 quantisieren oder dekodierte Gewichte exportieren</translation>
    </message>
    <message>
        <source>leave them out, or export decoded weights</source>
        <translation>weglassen oder dekodierte Gewichte exportieren</translation>
    </message>
    <message>
        <source>leave this tensor out</source>
        <translation>diesen Tensor weglassen</translation>
    </message>
    <message>
        <source>llama.cpp always caps Gemma 2&apos;s scores and logits</source>
        <translation>llama.cpp kappt die Werte und Logits von Gemma 2 immer</translation>
    </message>
    <message>
        <source>llama.cpp divides its scores by another number than query_pre_attn_scalar says</source>
        <translation>llama.cpp teilt seine Werte durch eine andere Zahl, als query_pre_attn_scalar sagt</translation>
    </message>
    <message>
        <source>llama.cpp has no architecture OPT</source>
        <translation>llama.cpp kennt die Architektur OPT nicht</translation>
    </message>
    <message>
        <source>llama.cpp has no name for tensor &apos;%1&apos;</source>
        <translation>llama.cpp hat keinen Namen für den Tensor „%1“</translation>
    </message>
    <message>
        <source>llama.cpp lets every token see all before it; the model&apos;s window of %1 tokens is left out, so texts beyond it differ</source>
        <translation>llama.cpp lässt jedes Token alle davor sehen; das Fenster des Modells von %1 Token entfällt, längere Texte weichen also ab</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s name of the rule by which its tokenizer splits text is not known</source>
        <translation>llama.cpps Name der Regel, nach der sein Tokenizer Text teilt, ist nicht bekannt</translation>
    </message>
    <message>
        <source>nearest: ggml:type=</source>
        <translation>am nächsten: ggml:type=</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q2_k</source>
        <translation>am nächsten: ggml:type=q2_k</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q3_k</source>
        <translation>am nächsten: ggml:type=q3_k</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q4_0</source>
        <translation>am nächsten: ggml:type=q4_0</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q4_1</source>
        <translation>am nächsten: ggml:type=q4_1</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q5_0</source>
        <translation>am nächsten: ggml:type=q5_0</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q5_1</source>
        <translation>am nächsten: ggml:type=q5_1</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q6_k</source>
        <translation>am nächsten: ggml:type=q6_k</translation>
    </message>
    <message>
        <source>nearest: ggml:type=q8_0</source>
        <translation>am nächsten: ggml:type=q8_0</translation>
    </message>
    <message>
        <source>no grid writes this type</source>
        <translation>kein Gitter schreibt diesen Typ</translation>
    </message>
    <message>
        <source>quantize with ggml:type=..., or export decoded weights</source>
        <translation>mit ggml:type=… quantisieren oder dekodierte Gewichte exportieren</translation>
    </message>
    <message>
        <source>quantize with ggml:type=mxfp4</source>
        <translation>mit ggml:type=mxfp4 quantisieren</translation>
    </message>
    <message>
        <source>quantize with group=32 or a multiple of it, and without act_order</source>
        <translation>mit group=32 oder einem Vielfachen und ohne act_order quantisieren</translation>
    </message>
    <message>
        <source>quantize with scale=f16, or export decoded weights</source>
        <translation>mit scale=f16 quantisieren oder dekodierte Gewichte exportieren</translation>
    </message>
    <message>
        <source>rotary scaling llama3 outside of llama</source>
        <translation>rotierende Skalierung llama3 außerhalb von llama</translation>
    </message>
    <message>
        <source>safetensors, quantoscope, npz or gguf</source>
        <translation>safetensors, quantoscope, npz oder gguf</translation>
    </message>
    <message>
        <source>say it: gguf:pre=NAME (tokenizer.ggml.pre, as in a GGUF file of the same family)</source>
        <translation>ihn angeben: gguf:pre=NAME (tokenizer.ggml.pre, wie in einer GGUF-Datei derselben Familie)</translation>
    </message>
    <message>
        <source>the header changed its length</source>
        <translation>der Kopf hat seine Länge geändert</translation>
    </message>
    <message>
        <source>there is no config.json that says what model it is</source>
        <translation>es gibt keine config.json, die sagt, was für ein Modell es ist</translation>
    </message>
    <message>
        <source>there is no reader of this format</source>
        <translation>für dieses Format gibt es keinen Leser</translation>
    </message>
    <message>
        <source>there is no result of this tensor in that type</source>
        <translation>es gibt kein Ergebnis dieses Tensors in diesem Typ</translation>
    </message>
    <message>
        <source>there is no tokenizer.json: the file takes and gives ids of tokens only</source>
        <translation>es gibt keine tokenizer.json: die Datei nimmt und gibt nur Nummern von Token</translation>
    </message>
    <message>
        <source>this model can&apos;t become a GGUF file: %1</source>
        <translation>dieses Modell kann keine GGUF-Datei werden: %1</translation>
    </message>
    <message>
        <source>this program writes no NVFP4 blocks into GGUF; nearest: ggml:type=mxfp4, or export decoded values</source>
        <translation>dieses Programm schreibt keine NVFP4-Blöcke in GGUF; am nächsten: ggml:type=mxfp4, oder dekodierte Werte exportieren</translation>
    </message>
    <message>
        <source>two tensors would be called &apos;%1&apos;</source>
        <translation>zwei Tensoren hießen „%1“</translation>
    </message>
    <message>
        <source>two tokens of its tokenizer are &apos;%1&apos;, which llama.cpp does not load</source>
        <translation>zwei Token seines Tokenizers sind „%1“, was llama.cpp nicht lädt</translation>
    </message>
    <message>
        <source>type=TYPE, pre=NAME</source>
        <translation>type=TYPE, pre=NAME</translation>
    </message>
    <message>
        <source>weights are kept beside the codes (%1)</source>
        <translation>Gewichte liegen neben den Codes (%1)</translation>
    </message>
    <message>
        <source>sweeps</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source> %1: %2 of the weights do not take the nearest level of their group, %3 a higher and %4 a lower one.</source>
        <translation> %1: %2 der Gewichte nehmen nicht die nächste Stufe ihrer Gruppe, %3 eine höhere und %4 eine tiefere.</translation>
    </message>
    <message>
        <source> %1: levels reach over %2 of their group&apos;s range (median; %3 to %4), %5 of %6 groups are clipped.</source>
        <translation> %1: Stufen reichen über %2 des Bereichs ihrer Gruppe (Median; %3 bis %4), %5 von %6 Gruppen sind geklippt.</translation>
    </message>
    <message>
        <source>%1: %2 groups of equal weights stand at the median.</source>
        <translation>%1: %2 Gruppen gleicher Gewichte stehen beim Median.</translation>
    </message>
    <message>
        <source>%1: %2 of the weights do not take the nearest level of their group, %3 a higher and %4 a lower one.</source>
        <translation>%1: %2 der Gewichte nehmen nicht die nächste Stufe ihrer Gruppe, %3 eine höhere und %4 eine tiefere.</translation>
    </message>
    <message>
        <source>%1: levels reach over %2 of their group&apos;s range (median; %3 to %4), %5 of %6 groups are clipped.</source>
        <translation>%1: Stufen reichen über %2 des Bereichs ihrer Gruppe (Median; %3 bis %4), %5 von %6 Gruppen sind geklippt.</translation>
    </message>
    <message>
        <source>Against rounding to the nearest of the result&apos;s own levels; weights that a residual keeps are never counted.</source>
        <translation>Gegen Runden auf die nächste der eigenen Stufen des Ergebnisses; Gewichte, die ein Residuum aufbewahrt, zählen nie.</translation>
    </message>
    <message>
        <source>Clip ratios</source>
        <translation>Klippverhältnisse</translation>
    </message>
    <message>
        <source>Flipped weights</source>
        <translation>Verschobene Gewichte</translation>
    </message>
    <message>
        <source>How much of its range does each group keep?</source>
        <translation>Wie viel von ihrem Bereich behält jede Gruppe?</translation>
    </message>
    <message>
        <source>Which weights does the method round to another level than the nearest?</source>
        <translation>Welche Gewichte rundet das Verfahren auf eine andere als die nächste Stufe?</translation>
    </message>
    <message>
        <source>choose a result without a transform</source>
        <translation>ein Ergebnis ohne Transformation wählen</translation>
    </message>
    <message>
        <source>range of the levels / range of the weights (%)</source>
        <translation>Bereich der Stufen / Bereich der Gewichte (%)</translation>
    </message>
    <message>
        <source>the levels of this recipe are those of transformed weights</source>
        <translation>die Stufen dieses Rezepts sind die transformierter Gewichte</translation>
    </message>
    <message>
        <source>the weights of every group are all equal</source>
        <translation>die Gewichte jeder Gruppe sind alle gleich</translation>
    </message>
    <message>
        <source>values of another checkpoint have no levels of ours</source>
        <translation>Werte eines anderen Checkpoints haben keine Stufen von uns</translation>
    </message>
    <message>
        <source>weights at a higher level less those at a lower one (%)</source>
        <translation>Gewichte auf höherer Stufe weniger die auf tieferer (%)</translation>
    </message>
    <message>
        <source>weights off the nearest level (%)</source>
        <translation>Gewichte abseits der nächsten Stufe (%)</translation>
    </message>
    <message>
        <source>Stems: mean decoded value of each code, since groups have levels of their own.</source>
        <translation>Striche: mittlerer dekodierter Wert jedes Codes, da Gruppen eigene Stufen haben.</translation>
    </message>
    <message>
        <source>%1 has no place for a scale per input column, and it can&apos;t be folded: %2</source>
        <translation>%1 hat keinen Platz für einen Skalenfaktor je Eingangsspalte, und er lässt sich nicht einrechnen: %2</translation>
    </message>
    <message>
        <source>%1 precedes it and is left out</source>
        <translation>%1 liegt davor und wird weggelassen</translation>
    </message>
    <message>
        <source>%1 precedes it and is quantized in the checkpoint</source>
        <translation>%1 liegt davor und ist im Checkpoint quantisiert</translation>
    </message>
    <message>
        <source>%1 precedes it and is quantized too: its scales would be rounded again</source>
        <translation>%1 liegt davor und ist ebenfalls quantisiert: seine Skalen würden noch einmal gerundet</translation>
    </message>
    <message>
        <source>%1 reads the same inputs and is not scaled with it</source>
        <translation>%1 liest dieselben Eingänge und wird nicht mitskaliert</translation>
    </message>
    <message>
        <source>GELU lies before it, which no factor passes unchanged</source>
        <translation>davor liegt GELU, durch das kein Faktor unverändert hindurchgeht</translation>
    </message>
    <message>
        <source>a layer is not there</source>
        <translation>eine Schicht fehlt</translation>
    </message>
    <message>
        <source>a result was asked for twice</source>
        <translation>ein Ergebnis wurde zweimal verlangt</translation>
    </message>
    <message>
        <source>experts lie in one tensor</source>
        <translation>Experten liegen in einem Tensor</translation>
    </message>
    <message>
        <source>folding is switched off</source>
        <translation>das Einrechnen ist abgeschaltet</translation>
    </message>
    <message>
        <source>give this layer a recipe without %1 (--plan), or export decoded weights</source>
        <translation>geben Sie dieser Schicht ein Rezept ohne %1 (--plan), oder exportieren Sie dekodierte Gewichte</translation>
    </message>
    <message>
        <source>input scales can&apos;t be folded: what precedes the layer has another width</source>
        <translation>Eingangsskalen lassen sich nicht einrechnen: was vor der Schicht liegt, hat eine andere Breite</translation>
    </message>
    <message>
        <source>input scales of layers are kept that were found with other calibrations than their siblings&apos;: quantize them together to fold them</source>
        <translation>Eingangsskalen von Schichten bleiben, die mit anderer Kalibrierung gefunden wurden als die ihrer Geschwister: quantisieren Sie sie zusammen, um sie einzurechnen</translation>
    </message>
    <message>
        <source>it is no linear layer of a block</source>
        <translation>sie ist keine lineare Schicht eines Blocks</translation>
    </message>
    <message>
        <source>it is the embedding too, which reads other inputs</source>
        <translation>sie ist zugleich die Einbettung, die andere Eingänge liest</translation>
    </message>
    <message>
        <source>it reads the residual sum: its norm comes after it</source>
        <translation>sie liest die Residualsumme: ihre Norm kommt danach</translation>
    </message>
    <message>
        <source>its input scales are folded into a tensor that does not tell them</source>
        <translation>ihre Eingangsskalen sind in einen Tensor eingerechnet, der sie nicht nennt</translation>
    </message>
    <message>
        <source>no norm stands before it</source>
        <translation>davor liegt keine Norm</translation>
    </message>
    <message>
        <source>several of its heads read one head of v (grouped queries)</source>
        <translation>mehrere ihrer Köpfe lesen einen Kopf von v (gruppierte Abfragen)</translation>
    </message>
    <message>
        <source>the checkpoint has no %1</source>
        <translation>der Checkpoint hat kein %1</translation>
    </message>
    <message>
        <source>the layers that read the same inputs have different scales</source>
        <translation>die Schichten, die dieselben Eingänge lesen, haben verschiedene Skalen</translation>
    </message>
    <message>
        <source>the model&apos;s architecture is not known, so neither is what precedes it</source>
        <translation>die Architektur des Modells ist unbekannt, und damit auch, was davor liegt</translation>
    </message>
    <message>
        <source>up lies in one tensor with gate</source>
        <translation>up liegt mit gate in einem Tensor</translation>
    </message>
    <message>
        <source>v lies in one tensor with q and k</source>
        <translation>v liegt mit q und k in einem Tensor</translation>
    </message>
    <message>
        <source>weights are kept beside the codes, for inputs that are not scaled</source>
        <translation>neben den Codes stehen Gewichte für nicht skalierte Eingänge</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>opens a session</source>
        <translation>öffnet eine Sitzung</translation>
    </message>
    <message>
        <source>runs a recipe on all layers of what is opened; more than once for several</source>
        <translation>führt ein Rezept auf allen Schichten des Geöffneten aus; mehrmals für mehrere</translation>
    </message>
    <message>
        <source>restores what a program that ended badly had open, without asking</source>
        <translation>stellt ohne Rückfrage wieder her, was ein schlecht beendetes Programm offen hatte</translation>
    </message>
    <message>
        <source>checkpoints, model folders or a session</source>
        <translation>Checkpoints, Modellordner oder eine Sitzung</translation>
    </message>
    <message>
        <source>Inspects, quantizes and compares the weights of language models.
quantoscope --render --plot NAME --tensor NAME [--recipe R]... --out FILE.png|pdf|svg|csv [--size WxH] [--theme light|dark|print] PATH draws one plot without a window.</source>
        <translation>Sieht die Gewichte von Sprachmodellen an, quantisiert und vergleicht sie.
quantoscope --render --plot NAME --tensor NAME [--recipe R]… --out DATEI.png|pdf|svg|csv [--size BxH] [--theme light|dark|print] PFAD zeichnet ein Diagramm ohne Fenster.</translation>
    </message>
</context>
<context>
    <name>parameter</name>
    <message>
        <source>amax</source>
        <translation>Amax</translation>
    </message>
    <message>
        <source>axis</source>
        <translation>Achse</translation>
    </message>
    <message>
        <source>beta</source>
        <translation>Beta</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>clip</source>
        <translation>Beschneiden</translation>
    </message>
    <message>
        <source>codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>double</source>
        <translation>doppelt</translation>
    </message>
    <message>
        <source>dtype</source>
        <translation>Datentyp</translation>
    </message>
    <message>
        <source>fit</source>
        <translation>Anpassung</translation>
    </message>
    <message>
        <source>format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>global</source>
        <translation>global</translation>
    </message>
    <message>
        <source>gradient</source>
        <translation>Gradient</translation>
    </message>
    <message>
        <source>group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>importance</source>
        <translation>Wichtigkeit</translation>
    </message>
    <message>
        <source>iterations</source>
        <translation>Iterationen</translation>
    </message>
    <message>
        <source>layout</source>
        <translation>Anordnung</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>percent</source>
        <translation>Prozent</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>round_zero</source>
        <translation>Null runden</translation>
    </message>
    <message>
        <source>scale</source>
        <translation>Skala</translation>
    </message>
    <message>
        <source>scale_rule</source>
        <translation>Skalenregel</translation>
    </message>
    <message>
        <source>scales</source>
        <translation>Skalen</translation>
    </message>
    <message>
        <source>scheme</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>scope</source>
        <translation>Umfang</translation>
    </message>
    <message>
        <source>search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>stop</source>
        <translation>Abbruch</translation>
    </message>
    <message>
        <source>ties</source>
        <translation>Hälften</translation>
    </message>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>variant</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>act_order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>damping</source>
        <translation>Dämpfung</translation>
    </message>
    <message>
        <source>group_fit</source>
        <translation>Anpassung</translation>
    </message>
    <message>
        <source>static_groups</source>
        <translation>feste Gruppen</translation>
    </message>
    <message>
        <source>alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>init</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>lr</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>outliers</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>range</source>
        <translation>Spannweite</translation>
    </message>
    <message>
        <source>ratios</source>
        <translation>Exponenten</translation>
    </message>
    <message>
        <source>sensitive</source>
        <translation>empfindlich</translation>
    </message>
    <message>
        <source>start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>sweeps</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source>batch</source>
        <translation>Batch</translation>
    </message>
    <message>
        <source>beta2</source>
        <translation>Beta 2</translation>
    </message>
    <message>
        <source>every</source>
        <translation>Bewerten alle</translation>
    </message>
    <message>
        <source>holdout</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>offset_lr</source>
        <translation>Lernrate der Versätze</translation>
    </message>
    <message>
        <source>patience</source>
        <translation>Geduld</translation>
    </message>
    <message>
        <source>warmup</source>
        <translation>Anlauf</translation>
    </message>
    <message>
        <source>rounds</source>
        <translation>Runden</translation>
    </message>
</context>
<context>
    <name>qs::gui::AboutDialog</name>
    <message>
        <source>About Quantoscope</source>
        <translation>Über Quantoscope</translation>
    </message>
    <message>
        <source>&lt;h2&gt;Quantoscope %1&lt;/h2&gt;&lt;p&gt;Desktop instrument for the weight quantization of language models.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later. It comes without any warranty.&lt;/p&gt;&lt;h3&gt;Libraries&lt;/h3&gt;&lt;table cellspacing=&apos;4&apos;&gt;</source>
        <translation>&lt;h2&gt;Quantoscope %1&lt;/h2&gt;&lt;p&gt;Instrument für die Gewichtsquantisierung von Sprachmodellen.&lt;/p&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 3 oder später. Ohne jede Gewährleistung.&lt;/p&gt;&lt;h3&gt;Bibliotheken&lt;/h3&gt;&lt;table cellspacing=&apos;4&apos;&gt;</translation>
    </message>
    <message>
        <source>&lt;/table&gt;&lt;p&gt;Colour map viridis: Nathaniel Smith and Stéfan van der Walt, CC0. Recipe colours after Okabe and Ito.&lt;/p&gt;</source>
        <translation>&lt;/table&gt;&lt;p&gt;Farbkarte viridis: Nathaniel Smith und Stéfan van der Walt, CC0. Farben der Rezepte nach Okabe und Ito.&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>qs::gui::BudgetPanel</name>
    <message>
        <source>the recipes that are switched on in the tool bar, on all layers that are quantized by default</source>
        <translation>die Rezepte, die in der Werkzeugleiste eingeschaltet sind, auf allen Schichten, die gewöhnlich quantisiert werden</translation>
    </message>
    <message>
        <source>quantizes what has no result yet; of a large model only the figures are kept</source>
        <translation>quantisiert, was noch kein Ergebnis hat; von einem großen Modell werden nur die Zahlen behalten</translation>
    </message>
    <message>
        <source>unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>Bits/Gewicht</translation>
    </message>
    <message>
        <source>true bits per weight over all these layers</source>
        <translation>wahre Bits je Gewicht über alle diese Schichten</translation>
    </message>
    <message>
        <source>MiB</source>
        <translation>MiB</translation>
    </message>
    <message>
        <source>size of all these layers</source>
        <translation>Größe aller dieser Schichten</translation>
    </message>
    <message>
        <source>budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>budget of bits</source>
        <translation>Budget an Bits</translation>
    </message>
    <message>
        <source>from the smallest to the largest choice of every layer; the framed cells follow</source>
        <translation>von der kleinsten bis zur größten Wahl jeder Schicht; die umrahmten Felder folgen</translation>
    </message>
    <message>
        <source>at most</source>
        <translation>höchstens</translation>
    </message>
    <message>
        <source>the plan stays within this</source>
        <translation>der Plan bleibt darunter</translation>
    </message>
    <message>
        <source>q, k and v take one recipe</source>
        <translation>q, k und v nehmen ein Rezept</translation>
    </message>
    <message>
        <source>within a block, so that kernels can fuse them</source>
        <translation>innerhalb eines Blocks, damit Kernel sie zusammenfassen können</translation>
    </message>
    <message>
        <source>gate and up take one recipe</source>
        <translation>gate und up nehmen ein Rezept</translation>
    </message>
    <message>
        <source>Clear pins</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>The plan</source>
        <translation>Der Plan</translation>
    </message>
    <message>
        <source>Evaluate this mixture</source>
        <translation>Diese Mischung bewerten</translation>
    </message>
    <message>
        <source>perplexity of the model with these recipes</source>
        <translation>Perplexität des Modells mit diesen Rezepten</translation>
    </message>
    <message>
        <source>Run this plan</source>
        <translation>Diesen Plan ausführen</translation>
    </message>
    <message>
        <source>quantizes the layers of which only figures were kept, so that they can be seen, compared and exported</source>
        <translation>quantisiert die Schichten, von denen nur Zahlen behalten wurden, sodass man sie sehen, vergleichen und exportieren kann</translation>
    </message>
    <message>
        <source>Save the plan…</source>
        <translation>Plan speichern …</translation>
    </message>
    <message>
        <source>a file for quantoscope-cli quantize --plan and eval --plan</source>
        <translation>eine Datei für quantoscope-cli quantize --plan und eval --plan</translation>
    </message>
    <message>
        <source>Open a checkpoint.</source>
        <translation>Öffnen Sie einen Checkpoint.</translation>
    </message>
    <message>
        <source>Switch recipes on in the tool bar: they are the choices of each layer.</source>
        <translation>Schalten Sie Rezepte in der Werkzeugleiste ein: Sie sind die Wahlmöglichkeiten jeder Schicht.</translation>
    </message>
    <message>
        <source>%1 recipes on %2 layers, %3 of %4 measured</source>
        <translation>%1 Rezepte auf %2 Schichten, %3 von %4 gemessen</translation>
    </message>
    <message>
        <source>Measure the missing %1</source>
        <translation>Die fehlenden %1 messen</translation>
    </message>
    <message>
        <source>To fix a layer, right click a cell of the table.</source>
        <translation>Eine Schicht festlegen: Rechtsklick auf ein Feld der Tabelle.</translation>
    </message>
    <message>
        <source>1 layer is pinned</source>
        <translation>1 Schicht ist angeheftet</translation>
    </message>
    <message>
        <source>%1 layers are pinned</source>
        <translation>%1 Schichten sind angeheftet</translation>
    </message>
    <message>
        <source>This plan: %1, %2, mean relative error of %3 %4</source>
        <translation>Dieser Plan: %1, %2, mittlerer relativer Fehler %3 %4</translation>
    </message>
    <message>
        <source>the outputs</source>
        <translation>der Ausgaben</translation>
    </message>
    <message>
        <source>the weights</source>
        <translation>der Gewichte</translation>
    </message>
    <message>
        <source>No plan is below %1.</source>
        <translation>Kein Plan liegt unter %1.</translation>
    </message>
    <message>
        <source>Best recipe for all: %1, %2, %3; the plan has %4 % less error.</source>
        <translation>Bestes Rezept für alle: %1, %2, %3; der Plan hat %4 % weniger Fehler.</translation>
    </message>
    <message>
        <source>No recipe stays within this budget on all layers.</source>
        <translation>Kein Rezept bleibt auf allen Schichten in diesem Budget.</translation>
    </message>
    <message>
        <source>Calibrate to plan by the errors of outputs.</source>
        <translation>Kalibrieren Sie, um nach den Fehlern der Ausgaben zu planen.</translation>
    </message>
    <message>
        <source>Run recipes on all layers (Shift+R), or measure them here: then the budget chooses.</source>
        <translation>Führen Sie Rezepte auf allen Schichten aus (Umschalt+R) oder messen Sie sie hier: dann wählt das Budget.</translation>
    </message>
    <message>
        <source>Best plans and single recipes</source>
        <translation>Beste Pläne und einzelne Rezepte</translation>
    </message>
    <message>
        <source>mean output error</source>
        <translation>mittl. Ausgabefehler</translation>
    </message>
    <message>
        <source>mean weight error</source>
        <translation>mittl. Gewichtsfehler</translation>
    </message>
    <message>
        <source>best plan</source>
        <translation>bester Plan</translation>
    </message>
    <message>
        <source>The plan takes %1 at a mean relative error of %2.</source>
        <translation>Der Plan nimmt %1 bei einem mittleren relativen Fehler von %2.</translation>
    </message>
    <message>
        <source>measure %1 cells</source>
        <translation>%1 Felder messen</translation>
    </message>
</context>
<context>
    <name>qs::gui::CalibratePanel</name>
    <message>
        <source>texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>files in UTF-8, parted by ;  The model&apos;s own tokenizer makes the tokens; none is added</source>
        <translation>Dateien in UTF-8, durch ; getrennt. Der Tokenizer des Modells macht die Token; keines kommt hinzu</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>at most so many tokens of the texts; GPTQ and AWQ take 128 windows of 2048</source>
        <translation>höchstens so viele Token der Texte; GPTQ und AWQ nehmen 128 Fenster zu 2048</translation>
    </message>
    <message>
        <source>window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>tokens of a window; each is run alone, with positions from 0</source>
        <translation>Token eines Fensters; jedes läuft für sich, mit Positionen ab 0</translation>
    </message>
    <message>
        <source>inputs</source>
        <translation>Eingaben</translation>
    </message>
    <message>
        <source>what the layers read in the model as it is, or also behind layers that are quantized: then both and their cross product are kept</source>
        <translation>was die Schichten im Modell, wie es ist, lesen, oder auch hinter quantisierten Schichten: dann werden beide und ihr Kreuzprodukt behalten</translation>
    </message>
    <message>
        <source>with a backward pass</source>
        <translation>mit Rückwärtslauf</translation>
    </message>
    <message>
        <source>Fisher</source>
        <translation>Fisher</translation>
    </message>
    <message>
        <source>Fisher diagonals of all weights, which SqueezeLLM needs; takes about five times as long</source>
        <translation>Fisher-Diagonalen aller Gewichte, die SqueezeLLM braucht; dauert etwa fünfmal so lange</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>tokens whose inputs are kept as they are; learned rounding trains on them</source>
        <translation>Token, deren Eingaben behalten werden, wie sie sind; gelerntes Runden übt daran</translation>
    </message>
    <message>
        <source>file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>where the calibration is written; it is opened afterwards</source>
        <translation>wohin die Kalibrierung geschrieben wird; sie wird danach geöffnet</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>Kalibrieren</translation>
    </message>
    <message>
        <source>Open calibration…</source>
        <translation>Kalibrierung öffnen …</translation>
    </message>
    <message>
        <source>a file of this program, an .npz with the same names, or llama.cpp&apos;s imatrix</source>
        <translation>eine Datei dieses Programms, eine .npz mit denselben Namen oder eine imatrix von llama.cpp</translation>
    </message>
    <message>
        <source>Open calibration</source>
        <translation>Kalibrierung öffnen</translation>
    </message>
    <message>
        <source>Calibration files (*.safetensors *.dat *.gguf *.npz)</source>
        <translation>Kalibrierdateien (*.safetensors *.dat *.gguf *.npz)</translation>
    </message>
    <message>
        <source>input column %1</source>
        <translation>Eingabespalte %1</translation>
    </message>
    <message>
        <source>of the model as it is</source>
        <translation>des Modells, wie es ist</translation>
    </message>
    <message>
        <source>also behind %1</source>
        <translation>auch hinter %1</translation>
    </message>
    <message>
        <source>Open a checkpoint.</source>
        <translation>Öffnen Sie einen Checkpoint.</translation>
    </message>
    <message>
        <source>Choose a text to begin.</source>
        <translation>Wählen Sie zuerst einen Text.</translation>
    </message>
    <message>
        <source>Reading model and text…</source>
        <translation>Modell und Text werden gelesen …</translation>
    </message>
    <message>
        <source>Choose where the file is written.</source>
        <translation>Wählen Sie, wohin die Datei geschrieben wird.</translation>
    </message>
    <message>
        <source>The file is there and will be replaced</source>
        <translation>Die Datei gibt es schon; sie wird ersetzt</translation>
    </message>
    <message>
        <source>%1 of %2 tokens in %3 windows, %4 layers
%5 memory · file of %6</source>
        <translation>%1 von %2 Token in %3 Fenstern, %4 Schichten
%5 Speicher · Datei von %6</translation>
    </message>
    <message>
        <source>The file is there and will be replaced.</source>
        <translation>Die Datei gibt es schon; sie wird ersetzt.</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>calibrate %1 with %2 tokens</source>
        <translation>%1 mit %2 Token kalibrieren</translation>
    </message>
    <message>
        <source>No calibration file is open. Calibrate, or open one: then the inputs of each layer are drawn here and every error is measured at the output too.</source>
        <translation>Keine Kalibrierdatei ist offen. Kalibrieren Sie, oder öffnen Sie eine: dann werden hier die Eingaben jeder Schicht gezeichnet, und jeder Fehler wird auch an der Ausgabe gemessen.</translation>
    </message>
    <message>
        <source>  · stale: the file is another one than the results were measured with</source>
        <translation>  · veraltet: die Ergebnisse wurden mit einer anderen Datei gemessen</translation>
    </message>
</context>
<context>
    <name>qs::gui::CellNavigator</name>
    <message>
        <source>Click: open the tensor, its result is A · Shift or Ctrl and click: B · right click: menu</source>
        <translation>Klick: Tensor öffnen, sein Ergebnis wird A · Umschalt oder Strg und Klick: B · rechter Klick: Menü</translation>
    </message>
    <message>
        <source>Open the tensor</source>
        <translation>Tensor öffnen</translation>
    </message>
    <message>
        <source>Result as A</source>
        <translation>Ergebnis als A</translation>
    </message>
    <message>
        <source>Result as B</source>
        <translation>Ergebnis als B</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>%1 of %2, %3 elements</source>
        <translation>%1 aus %2, %3 Elemente</translation>
    </message>
</context>
<context>
    <name>qs::gui::CheckpointComparison</name>
    <message>
        <source>Open a checkpoint first: the other one is compared with it.</source>
        <translation>Öffnen Sie zuerst einen Checkpoint: Der andere wird mit ihm verglichen.</translation>
    </message>
    <message>
        <source>%1 · against %2</source>
        <translation>%1 · gegen %2</translation>
    </message>
</context>
<context>
    <name>qs::gui::CheckpointModel</name>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>expert %1</source>
        <translation>Experte %1</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>Bits/Gewicht</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>most of its elements are %1</source>
        <translation>die meisten seiner Elemente sind %1</translation>
    </message>
    <message>
        <source>%1 tensors</source>
        <translation>%1 Tensoren</translation>
    </message>
    <message>
        <source>in this part of the tree, as the filter shows it</source>
        <translation>in diesem Teil des Baums, wie der Filter ihn zeigt</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 elements</source>
        <translation>%1 Elemente</translation>
    </message>
    <message>
        <source>%1: %2 bits for each of %3 elements</source>
        <translation>%1: %2 Bits für jedes von %3 Elementen</translation>
    </message>
</context>
<context>
    <name>qs::gui::CheckpointPanel</name>
    <message>
        <source>Checkpoints and tensors</source>
        <translation>Checkpoints und Tensoren</translation>
    </message>
    <message>
        <source>filter, role:q_proj</source>
        <translation>role:q_proj</translation>
    </message>
    <message>
        <source>Filter of the tensors</source>
        <translation>Filter der Tensoren</translation>
    </message>
    <message>
        <source>Words of a name, role or type; or selectors: globs (*.mlp.*), role:NAME, block:A-B, expert:N, tag:WORD, !exclude.
Enter picks everything shown, Esc clears.</source>
        <translation>Wörter aus Name, Rolle oder Typ; oder Auswahlen: Muster (*.mlp.*), role:NAME, block:A-B, expert:N, tag:WORT, !ausschließen.
Eingabe wählt alles Gezeigte, Esc leert.</translation>
    </message>
    <message>
        <source>Tensors shown of all</source>
        <translation>Gezeigte Tensoren von allen</translation>
    </message>
    <message>
        <source>?</source>
        <translation>?</translation>
    </message>
    <message>
        <source>Run the recipes on this</source>
        <translation>Rezepte hierauf ausführen</translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation>Namen kopieren</translation>
    </message>
    <message>
        <source>Pick all %1</source>
        <translation>Alle %1 wählen</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Close checkpoint</source>
        <translation>Checkpoint schließen</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>tensors of the open checkpoints</source>
        <translation>Tensoren der offenen Checkpoints</translation>
    </message>
</context>
<context>
    <name>qs::gui::CodebookPage</name>
    <message>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Levels of every group</source>
        <translation>Stufen jeder Gruppe</translation>
    </message>
    <message>
        <source>Scales, zero points, factors</source>
        <translation>Skalen, Nullpunkte, Faktoren</translation>
    </message>
    <message>
        <source>Levels of one group and their use</source>
        <translation>Stufen einer Gruppe und ihre Nutzung</translation>
    </message>
    <message>
        <source>the artefact of the chosen result</source>
        <translation>das Artefakt des gewählten Ergebnisses</translation>
    </message>
    <message>
        <source>Weights off the nearest level</source>
        <translation>Gewichte abseits der nächsten Stufe</translation>
    </message>
    <message>
        <source>Clip ratios</source>
        <translation>Klippverhältnisse</translation>
    </message>
    <message>
        <source>flipped weights</source>
        <translation>verschobene Gewichte</translation>
    </message>
    <message>
        <source>clip ratios</source>
        <translation>Klippverhältnisse</translation>
    </message>
</context>
<context>
    <name>qs::gui::ColorBar</name>
    <message>
        <source>Colour scale</source>
        <translation>Farbskala</translation>
    </message>
    <message>
        <source>%1, colours from %2 to %3</source>
        <translation>%1, Farben von %2 bis %3</translation>
    </message>
    <message>
        <source>Drag to set the range, double-click for the 1st to 99th percentile.</source>
        <translation>Ziehen setzt den Bereich, Doppelklick das 1. bis 99. Perzentil.</translation>
    </message>
    <message>
        <source>from %1 to %2; true extremes %3 and %4</source>
        <translation>von %1 bis %2; wahre Extreme %3 und %4</translation>
    </message>
</context>
<context>
    <name>qs::gui::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>action, tensor or recipe</source>
        <translation>Aktion, Tensor oder Rezept</translation>
    </message>
    <message>
        <source>Name of an action, tensor or recipe</source>
        <translation>Name einer Aktion, eines Tensors oder Rezepts</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Gefundenes</translation>
    </message>
</context>
<context>
    <name>qs::gui::CompareBar</name>
    <message>
        <source>single</source>
        <translation>einzeln</translation>
    </message>
    <message>
        <source>A alone</source>
        <translation>A allein</translation>
    </message>
    <message>
        <source>overlay</source>
        <translation>überlagert</translation>
    </message>
    <message>
        <source>A and B in one plot</source>
        <translation>A und B in einem Diagramm</translation>
    </message>
    <message>
        <source>2-up</source>
        <translation>2-fach</translation>
    </message>
    <message>
        <source>Side by side: A and B, linked, on one scale</source>
        <translation>Nebeneinander: A und B, verknüpft, auf einer Skala</translation>
    </message>
    <message>
        <source>4-up</source>
        <translation>4-fach</translation>
    </message>
    <message>
        <source>The original or further results beside A and B, linked, on one scale. Pinned results come first.</source>
        <translation>Das Original oder weitere Ergebnisse neben A und B, verknüpft, auf einer Skala. Angeheftete Ergebnisse zuerst.</translation>
    </message>
    <message>
        <source>blink</source>
        <translation>Wechsel</translation>
    </message>
    <message>
        <source>Hold Space: B in place of A</source>
        <translation>Leertaste halten: B statt A</translation>
    </message>
    <message>
        <source>curtain</source>
        <translation>Vorhang</translation>
    </message>
    <message>
        <source>C: a line to drag, A on its left, B on its right</source>
        <translation>C: eine Linie zum Ziehen, links davon A, rechts B</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>D: where A is better, where B</source>
        <translation>D: wo A besser ist, wo B</translation>
    </message>
    <message>
        <source>compare</source>
        <translation>Vergleich</translation>
    </message>
</context>
<context>
    <name>qs::gui::ComparePage</name>
    <message>
        <source>view</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>the matrix, element by element</source>
        <translation>die Matrix, Element für Element</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>Verteilung</translation>
    </message>
    <message>
        <source>histograms of the decoded weights</source>
        <translation>Histogramme der dekodierten Gewichte</translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation>Codebuch</translation>
    </message>
    <message>
        <source>levels and their use</source>
        <translation>Stufen und ihre Nutzung</translation>
    </message>
    <message>
        <source>Scatter</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source>decoded against original weights</source>
        <translation>dekodierte gegen originale Gewichte</translation>
    </message>
    <message>
        <source>Click a point: A · Shift or Ctrl and click: B</source>
        <translation>Klick auf einen Punkt: A · Umschalt oder Strg und Klick: B</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Layers × recipes</source>
        <translation>Schichten × Rezepte</translation>
    </message>
    <message>
        <source>Worst places</source>
        <translation>Schlechteste Stellen</translation>
    </message>
</context>
<context>
    <name>qs::gui::Curtain</name>
    <message>
        <source>Curtain: A on its left, B on its right</source>
        <translation>Vorhang: links A, rechts B</translation>
    </message>
    <message>
        <source>Drag, or move with Left and Right</source>
        <translation>Ziehen, oder mit Links und Rechts bewegen</translation>
    </message>
</context>
<context>
    <name>qs::gui::DistributionPage</name>
    <message>
        <source>Brushed %1 … %2: the heat map dims all weights outside. Esc clears.</source>
        <translation>Markiert %1 … %2: Die Heatmap dunkelt alle Gewichte außerhalb ab. Esc hebt auf.</translation>
    </message>
</context>
<context>
    <name>qs::gui::DockTitle</name>
    <message>
        <source>Float or dock the %1 panel</source>
        <translation>Leiste %1 lösen oder andocken</translation>
    </message>
    <message>
        <source>Close the %1 panel</source>
        <translation>Leiste %1 schließen</translation>
    </message>
</context>
<context>
    <name>qs::gui::EditHistory</name>
    <message>
        <source>add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
    <message>
        <source>remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>switch recipes</source>
        <translation>Rezepte umschalten</translation>
    </message>
    <message>
        <source>change note or tags</source>
        <translation>Notiz oder Schlagwörter ändern</translation>
    </message>
    <message>
        <source>pin results</source>
        <translation>Ergebnisse anheften</translation>
    </message>
    <message>
        <source>unpin results</source>
        <translation>Ergebnisse lösen</translation>
    </message>
    <message>
        <source>remove a result</source>
        <translation>ein Ergebnis entfernen</translation>
    </message>
    <message>
        <source>remove %1 results</source>
        <translation>%1 Ergebnisse entfernen</translation>
    </message>
    <message>
        <source>pick layers</source>
        <translation>Schichten wählen</translation>
    </message>
</context>
<context>
    <name>qs::gui::EvaluatePage</name>
    <message>
        <source>part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>Kalibrieren</translation>
    </message>
    <message>
        <source>run the model on a text and keep what each layer reads</source>
        <translation>das Modell einen Text lesen lassen und behalten, was jede Schicht liest</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>which recipe each layer takes within so many bits</source>
        <translation>welches Rezept jede Schicht innerhalb so vieler Bits nimmt</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>perplexity of the mixture, and its difference from the original token by token</source>
        <translation>Perplexität der Mischung und ihr Unterschied zum Original, Token für Token</translation>
    </message>
</context>
<context>
    <name>qs::gui::EvaluationPanel</name>
    <message>
        <source>mixture</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>which result stands for which layer; layers without one are the checkpoint&apos;s own. In the table of layers and recipes a right click takes a single result into the mixture; a budget chooses all</source>
        <translation>welches Ergebnis für welche Schicht steht; Schichten ohne eines sind die des Checkpoints. In der Tabelle der Schichten und Rezepte nimmt ein Rechtsklick ein einzelnes Ergebnis in die Mischung; ein Budget wählt alle</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>files in UTF-8, parted by ;  The model&apos;s own tokenizer makes the tokens; none is added</source>
        <translation>Dateien in UTF-8, durch ; getrennt. Der Tokenizer des Modells macht die Token; keines kommt hinzu</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>at most so many tokens of the texts</source>
        <translation>höchstens so viele Token der Texte</translation>
    </message>
    <message>
        <source>window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>tokens of a window, each run with positions from 0; the first token is not scored</source>
        <translation>Token eines Fensters, jedes läuft mit Positionen ab 0; das erste Token zählt nicht</translation>
    </message>
    <message>
        <source>protocol</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>one after another, as GPTQ does: each scored alone, what does not fill one is dropped</source>
        <translation>eines nach dem anderen, wie bei GPTQ: jedes für sich; was keines füllt, fällt weg</translation>
    </message>
    <message>
        <source>stride</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>windows overlap; each scores only tokens that none before it did</source>
        <translation>Fenster überlappen; jedes zählt nur Token, die keines davor zählte</translation>
    </message>
    <message>
        <source>tokens from one window&apos;s start to the next</source>
        <translation>Token vom Anfang eines Fensters zum nächsten</translation>
    </message>
    <message>
        <source>the original</source>
        <translation>das Original</translation>
    </message>
    <message>
        <source>against</source>
        <translation>gegen</translation>
    </message>
    <message>
        <source>runs the checkpoint as it is on the same tokens: KL divergence, first choices and the paired difference of the loss; takes twice as long</source>
        <translation>lässt den Checkpoint, wie er ist, dieselben Token lesen: KL-Divergenz, erste Wahl und die gepaarte Differenz des Verlusts; dauert doppelt so lange</translation>
    </message>
    <message>
        <source>as they are</source>
        <translation>wie sie sind</translation>
    </message>
    <message>
        <source>8 bits per token</source>
        <translation>8 Bit je Token</translation>
    </message>
    <message>
        <source>8 bits per text</source>
        <translation>8 Bit je Text</translation>
    </message>
    <message>
        <source>activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>what linear layers of the blocks read, rounded to 8 bits in the mixture (W4A8, W8A8)</source>
        <translation>was lineare Schichten der Blöcke lesen, in der Mischung auf 8 Bit gerundet (W4A8, W8A8)</translation>
    </message>
    <message>
        <source>in 8 bits</source>
        <translation>in 8 Bit</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>keys and values rounded to 8 bits per token and head</source>
        <translation>Keys und Values auf 8 Bit gerundet, je Token und Kopf</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>plot</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>Verteilung</translation>
    </message>
    <message>
        <source>how often a token&apos;s loss moves by how much</source>
        <translation>wie oft sich der Verlust eines Tokens um wie viel ändert</translation>
    </message>
    <message>
        <source>Along the text</source>
        <translation>Entlang des Textes</translation>
    </message>
    <message>
        <source>where in the text it moves</source>
        <translation>wo im Text er sich ändert</translation>
    </message>
    <message>
        <source>Comparison of two evaluations</source>
        <translation>Vergleich zweier Bewertungen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>the selected rows, or all, for a spreadsheet (Ctrl+C)</source>
        <translation>die gewählten Zeilen oder alle, für eine Tabellenkalkulation (Strg+C)</translation>
    </message>
    <message>
        <source>Save CSV…</source>
        <translation>CSV speichern …</translation>
    </message>
    <message>
        <source>the table with all its digits</source>
        <translation>die Tabelle mit allen Stellen</translation>
    </message>
    <message>
        <source>Save losses…</source>
        <translation>Verluste speichern …</translation>
    </message>
    <message>
        <source>one line a token of the selected evaluation: loss, reference, difference, KL, first choice</source>
        <translation>eine Zeile je Token der gewählten Bewertung: Verlust, Referenz, Differenz, KL, erste Wahl</translation>
    </message>
    <message>
        <source>Evaluations</source>
        <translation>Bewertungen</translation>
    </message>
    <message>
        <source>Save the losses as CSV…</source>
        <translation>Verluste als CSV speichern …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>as chosen layer by layer</source>
        <translation>Schicht für Schicht gewählt</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>all of %1 (%2)</source>
        <translation>alle von %1 (%2)</translation>
    </message>
    <message>
        <source>Open a checkpoint.</source>
        <translation>Öffnen Sie einen Checkpoint.</translation>
    </message>
    <message>
        <source>%1 of %2 layers quantized, %3</source>
        <translation>%1 von %2 Schichten quantisiert, %3</translation>
    </message>
    <message>
        <source>Choose a text to begin.</source>
        <translation>Wählen Sie zuerst einen Text.</translation>
    </message>
    <message>
        <source>Reading model and text…</source>
        <translation>Modell und Text werden gelesen …</translation>
    </message>
    <message>
        <source>The text has %1 tokens, less than one window.</source>
        <translation>Der Text hat %1 Token, weniger als ein Fenster.</translation>
    </message>
    <message>
        <source>about %1 · %2 of %3 tokens in %4 windows</source>
        <translation>etwa %1 · %2 von %3 Token in %4 Fenstern</translation>
    </message>
    <message>
        <source> on %1 layers</source>
        <translation> auf %1 Schichten</translation>
    </message>
    <message>
        <source>%1 recipes</source>
        <translation>%1 Rezepte</translation>
    </message>
    <message>
        <source>, KV 8 bits</source>
        <translation>, KV 8 Bit</translation>
    </message>
    <message>
        <source>, activations 8 bits</source>
        <translation>, Aktivierungen 8 Bit</translation>
    </message>
    <message>
        <source>evaluate %1</source>
        <translation>%1 bewerten</translation>
    </message>
    <message>
        <source>Evaluate the mixture: here the loss of every token is drawn against the original&apos;s.</source>
        <translation>Bewerten Sie die Mischung: Hier wird der Verlust jedes Tokens gegen den des Originals gezeichnet.</translation>
    </message>
    <message>
        <source>This evaluation has no reference: choose one that was made against the original.</source>
        <translation>Diese Bewertung hat keine Referenz: Wählen Sie eine, die gegen das Original gemacht ist.</translation>
    </message>
    <message>
        <source>Select two evaluations to compare them token by token.</source>
        <translation>Wählen Sie zwei Bewertungen, um sie Token für Token zu vergleichen.</translation>
    </message>
    <message>
        <source>These two are of other tokens or windows: they don&apos;t compare.</source>
        <translation>Diese beiden sind von anderen Token oder Fenstern: Sie sind nicht vergleichbar.</translation>
    </message>
    <message>
        <source>Of one of these only the figures were kept.</source>
        <translation>Von einer der beiden sind nur die Zahlen da.</translation>
    </message>
    <message>
        <source>%1 above %2: %3%4 ± %5 nats a token, paired (windows drawn again: %6 to %7)%8</source>
        <translation>%1 über %2: %3%4 ± %5 Nat je Token, gepaart (Fenster neu gezogen: %6 bis %7)%8</translation>
    </message>
    <message>
        <source>: within the noise</source>
        <translation>: innerhalb des Rauschens</translation>
    </message>
    <message>
        <source>Can&apos;t write %1</source>
        <translation>%1 kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>Select an evaluation whose losses were kept.</source>
        <translation>Wählen Sie eine Bewertung, deren Verluste behalten wurden.</translation>
    </message>
</context>
<context>
    <name>qs::gui::EvaluationsModel</name>
    <message>
        <source>  · stale</source>
        <translation>  · veraltet</translation>
    </message>
    <message>
        <source>95 % of %1 draws of %2 windows: %3 to %4</source>
        <translation>95 % von %1 Ziehungen aus %2 Fenstern: %3 bis %4</translation>
    </message>
    <message>
        <source>%1 of %2 layers are quantized</source>
        <translation>%1 von %2 Schichten sind quantisiert</translation>
    </message>
    <message>
        <source>windows of %1 tokens, one every %2</source>
        <translation>Fenster von %1 Token, alle %2 eines</translation>
    </message>
    <message>
        <source>windows of %1 tokens, one after another</source>
        <translation>Fenster von %1 Token, eines nach dem anderen</translation>
    </message>
    <message>
        <source>activations in 8 bits per token</source>
        <translation>Aktivierungen in 8 Bit je Token</translation>
    </message>
    <message>
        <source>activations in 8 bits per text</source>
        <translation>Aktivierungen in 8 Bit je Text</translation>
    </message>
    <message>
        <source>keys and values in 8 bits</source>
        <translation>Keys und Values in 8 Bit</translation>
    </message>
    <message>
        <source>%1, took %2</source>
        <translation>%1, dauerte %2</translation>
    </message>
    <message>
        <source>stale: checkpoint, text, calibration or results are others now</source>
        <translation>veraltet: Checkpoint, Text, Kalibrierung oder Ergebnisse sind jetzt andere</translation>
    </message>
    <message>
        <source>stored bits per weight of the %1 layers that are quantized by default; originals count by their type</source>
        <translation>gespeicherte Bits je Gewicht der %1 Schichten, die gewöhnlich quantisiert werden; Originale zählen nach ihrem Typ</translation>
    </message>
    <message>
        <source>exp of the mean loss over %1 tokens</source>
        <translation>exp des mittleren Verlusts über %1 Token</translation>
    </message>
    <message>
        <source>mean of loss − loss of the original, paired by token, in nats; the original&apos;s perplexity is %1</source>
        <translation>Mittel von Verlust − Verlust des Originals, je Token gepaart, in Nat; die Perplexität des Originals ist %1</translation>
    </message>
    <message>
        <source>made without a reference</source>
        <translation>ohne Referenz gemacht</translation>
    </message>
    <message>
        <source>mean KL(original ‖ mixture) of the distribution of the next token</source>
        <translation>mittlere KL(Original ‖ Mischung) der Verteilung des nächsten Tokens</translation>
    </message>
    <message>
        <source>99th percentile of the KL divergence over tokens</source>
        <translation>99. Perzentil der KL-Divergenz über die Token</translation>
    </message>
    <message>
        <source>share of tokens where both find the same token most likely</source>
        <translation>Anteil der Token, bei denen beide dasselbe Token für das wahrscheinlichste halten</translation>
    </message>
    <message>
        <source>scored tokens, in %1 windows</source>
        <translation>gezählte Token, in %1 Fenstern</translation>
    </message>
    <message>
        <source>± is the standard error, which takes tokens as independent; the tool tip of a cell has the bootstrap over windows</source>
        <translation>± ist der Standardfehler, der Token als unabhängig nimmt; der Hinweis eines Feldes hat den Bootstrap über Fenster</translation>
    </message>
    <message>
        <source>mixture</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>bpw</source>
        <translation>bpw</translation>
    </message>
    <message>
        <source>perplexity ↓</source>
        <translation>Perplexität ↓</translation>
    </message>
    <message>
        <source>Δ loss, nats ↓</source>
        <translation>Δ Verlust, Nat ↓</translation>
    </message>
    <message>
        <source>KL mean ↓</source>
        <translation>KL Mittel ↓</translation>
    </message>
    <message>
        <source>KL p99 ↓</source>
        <translation>KL p99 ↓</translation>
    </message>
    <message>
        <source>top-1 same, % ↑</source>
        <translation>Top-1 gleich, % ↑</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
</context>
<context>
    <name>qs::gui::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>decoded weights, safetensors, the model&apos;s own type</source>
        <translation>dekodierte Gewichte, safetensors, im Typ des Modells</translation>
    </message>
    <message>
        <source>decoded weights, safetensors %1</source>
        <translation>dekodierte Gewichte, safetensors %1</translation>
    </message>
    <message>
        <source>the artefact, Quantoscope container</source>
        <translation>das Artefakt, Quantoscope-Container</translation>
    </message>
    <message>
        <source>arrays for scripts, npz</source>
        <translation>Arrays für Skripte, npz</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>whole model: the other tensors are copied</source>
        <translation>ganzes Modell: Die anderen Tensoren werden kopiert</translation>
    </message>
    <message>
        <source>these layers alone</source>
        <translation>nur diese Schichten</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>replace what is there, in one step</source>
        <translation>Vorhandenes in einem Schritt ersetzen</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1, one layer</source>
        <translation>%1, eine Schicht</translation>
    </message>
    <message>
        <source>%1, %2 layers</source>
        <translation>%1, %2 Schichten</translation>
    </message>
    <message>
        <source>Run a recipe first: there are no results to export.</source>
        <translation>Führen Sie zuerst ein Rezept aus: Es gibt keine Ergebnisse zum Exportieren.</translation>
    </message>
    <message>
        <source>Choose a target.</source>
        <translation>Wählen Sie ein Ziel.</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>npz (*.npz)</source>
        <translation>npz (*.npz)</translation>
    </message>
    <message>
        <source>Folder (*)</source>
        <translation>Ordner (*)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Schreibt…</translation>
    </message>
    <message>
        <source>export to %1</source>
        <translation>Export nach %1</translation>
    </message>
    <message>
        <source>Cancelled; the target is as it was.</source>
        <translation>Abgebrochen; das Ziel ist, wie es war.</translation>
    </message>
    <message>
        <source>Wrote %1 tensors, %2, to %3.</source>
        <translation>%1 Tensoren geschrieben, %2, nach %3.</translation>
    </message>
    <message>
        <source>Verified: all %1 tensors read back as written.</source>
        <translation>Geprüft: Alle %1 Tensoren kamen so zurück, wie sie geschrieben wurden.</translation>
    </message>
    <message>
        <source>Verification failed:</source>
        <translation>Prüfung gescheitert:</translation>
    </message>
    <message>
        <source>the artefact, GGUF for llama.cpp</source>
        <translation>das Artefakt, GGUF für llama.cpp</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>Was passt</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>Größen</translation>
    </message>
    <message>
        <source>Copy as command line</source>
        <translation>Als Befehlszeile kopieren</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Opens the folder of what was written</source>
        <translation>Öffnet den Ordner des Geschriebenen</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>These layers: %1 before, about %2 after.</source>
        <translation>Diese Schichten: vorher %1, nachher etwa %2.</translation>
    </message>
    <message>
        <source>Free there: %1.</source>
        <translation>Dort frei: %1.</translation>
    </message>
    <message>
        <source>GGUF (*.gguf)</source>
        <translation>GGUF (*.gguf)</translation>
    </message>
    <message>
        <source>Layers that do not fit: %1.</source>
        <translation>Schichten, die nicht passen: %1.</translation>
    </message>
    <message>
        <source>fold input scales into what precedes the layer</source>
        <translation>Eingangsskalen in das einrechnen, was vor der Schicht liegt</translation>
    </message>
    <message>
        <source>AWQ and SmoothQuant scale a layer&apos;s inputs. The norm or layer before it is divided by the scales, where the architecture allows; then the codes need none beside them.</source>
        <translation>AWQ und SmoothQuant skalieren die Eingänge einer Schicht. Die Norm oder Schicht davor wird durch die Skalen geteilt, wo die Architektur es erlaubt; dann brauchen die Codes keine neben sich.</translation>
    </message>
    <message>
        <source>yes, its scales fold into %1</source>
        <translation>ja, ihre Skalen gehen in %1 auf</translation>
    </message>
    <message>
        <source>yes, its scales stay: %1</source>
        <translation>ja, ihre Skalen bleiben: %1</translation>
    </message>
    <message>
        <source>no, its scales can&apos;t be folded: %1</source>
        <translation>nein, ihre Skalen lassen sich nicht einrechnen: %1</translation>
    </message>
</context>
<context>
    <name>qs::gui::FactsTable</name>
    <message>
        <source>Filter: %1</source>
        <translation>Filter: %1</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>qs::gui::FileLine</name>
    <message>
        <source>Save the plan</source>
        <translation>Plan speichern</translation>
    </message>
    <message>
        <source>Plans (*.json)</source>
        <translation>Pläne (*.json)</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>Als CSV speichern</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Save the calibration</source>
        <translation>Kalibrierung speichern</translation>
    </message>
    <message>
        <source>Calibration files (*.safetensors)</source>
        <translation>Kalibrierdateien (*.safetensors)</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation>Wählen: %1</translation>
    </message>
    <message>
        <source>Choose texts</source>
        <translation>Texte wählen</translation>
    </message>
    <message>
        <source>Texts in UTF-8 (*.txt *.md *.raw);;All files (*)</source>
        <translation>Texte in UTF-8 (*.txt *.md *.raw);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>qs::gui::FilePage</name>
    <message>
        <source>section</source>
        <translation>Abschnitt</translation>
    </message>
    <message>
        <source>findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>what is wrong with this checkpoint, in plain words</source>
        <translation>was an diesem Checkpoint nicht stimmt, in klaren Worten</translation>
    </message>
    <message>
        <source>metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>every entry of the file&apos;s own metadata and of config.json</source>
        <translation>jeder Eintrag der Metadaten der Datei und der config.json</translation>
    </message>
    <message>
        <source>tokenizer</source>
        <translation>Tokenizer</translation>
    </message>
    <message>
        <source>the vocabulary, token by token</source>
        <translation>das Vokabular, Token für Token</translation>
    </message>
    <message>
        <source>chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>the template as text; it is never run</source>
        <translation>die Vorlage als Text; sie wird nie ausgeführt</translation>
    </message>
    <message>
        <source>config.json</source>
        <translation>config.json</translation>
    </message>
    <message>
        <source>the model&apos;s config.json as it stands in its folder</source>
        <translation>die config.json des Modells, wie sie in seinem Ordner liegt</translation>
    </message>
    <message>
        <source>Examine</source>
        <translation>Untersuchen</translation>
    </message>
    <message>
        <source>reads every tensor of the checkpoint once, in the background</source>
        <translation>liest jeden Tensor des Checkpoints einmal, im Hintergrund</translation>
    </message>
    <message>
        <source>examining</source>
        <translation>untersucht</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>filter findings</source>
        <translation>Befunde filtern</translation>
    </message>
    <message>
        <source>severity</source>
        <translation>Schwere</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>whole checkpoint</source>
        <translation>ganzer Checkpoint</translation>
    </message>
    <message>
        <source>finding (Enter goes to the place)</source>
        <translation>Befund (Eingabe führt zur Stelle)</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>filter keys and values</source>
        <translation>Metadaten filtern</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>This file carries no metadata.</source>
        <translation>Diese Datei trägt keine Metadaten.</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Vokabular</translation>
    </message>
    <message>
        <source>filter tokens</source>
        <translation>Tokens filtern</translation>
    </message>
    <message>
        <source>id</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>score</source>
        <translation>Wertung</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>Not examined yet. Examine reads every tensor once and looks for values that are not finite, zero rows, dead channels, duplicates, scales unlike those of other blocks, and missing tensors.</source>
        <translation>Noch nicht untersucht. Untersuchen liest jeden Tensor einmal und sucht nicht endliche Werte, Nullzeilen, tote Kanäle, Doppelte, Skalen, die von anderen Blöcken abweichen, und fehlende Tensoren.</translation>
    </message>
    <message>
        <source>Open a checkpoint first.</source>
        <translation>Öffnen Sie zuerst einen Checkpoint.</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 tensors</source>
        <translation>%1 · %2 · %3 Tensoren</translation>
    </message>
    <message>
        <source>There is no config.json beside this checkpoint.</source>
        <translation>Neben diesem Checkpoint liegt keine config.json.</translation>
    </message>
    <message>
        <source>Examine %1</source>
        <translation>%1 untersuchen</translation>
    </message>
    <message>
        <source>Nothing found: all values are finite, no rows or columns of zeros, no duplicates, no odd scales, nothing missing.</source>
        <translation>Nichts gefunden: Alle Werte sind endlich, keine Zeilen oder Spalten aus Nullen, nichts doppelt, keine auffälligen Skalen, nichts fehlt.</translation>
    </message>
    <message>
        <source>%1 from %2</source>
        <translation>%1 aus %2</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>%1 merges</source>
        <translation>%1 Verschmelzungen</translation>
    </message>
    <message>
        <source>split by %1</source>
        <translation>zerlegt durch %1</translation>
    </message>
    <message>
        <source>falls back to bytes</source>
        <translation>fällt auf Bytes zurück</translation>
    </message>
    <message>
        <source>No tokenizer lies beside this checkpoint or in its metadata.</source>
        <translation>Neben diesem Checkpoint und in seinen Metadaten liegt kein Tokenizer.</translation>
    </message>
    <message>
        <source>There is no chat template.</source>
        <translation>Es gibt keine Chat-Vorlage.</translation>
    </message>
    <message>
        <source>From %1; shown as text, never run.</source>
        <translation>Aus %1; als Text gezeigt, nie ausgeführt.</translation>
    </message>
    <message>
        <source>from the tokenizer&apos;s configuration, or the metadata of the checkpoint</source>
        <translation>aus der Konfiguration des Tokenizers oder den Metadaten des Checkpoints</translation>
    </message>
    <message>
        <source>the whole checkpoint</source>
        <translation>der ganze Checkpoint</translation>
    </message>
</context>
<context>
    <name>qs::gui::Flow</name>
    <message>
        <source>Open recipes</source>
        <translation>Rezepte öffnen</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>Rezepte (*.json)</translation>
    </message>
    <message>
        <source>There are no recipes in the tool bar</source>
        <translation>In der Werkzeugleiste stehen keine Rezepte</translation>
    </message>
    <message>
        <source>Save recipes</source>
        <translation>Rezepte speichern</translation>
    </message>
    <message>
        <source>opened %1, %2</source>
        <translation>%1 geöffnet, %2</translation>
    </message>
    <message>
        <source>saved %1</source>
        <translation>%1 gespeichert</translation>
    </message>
    <message>
        <source>restored what was open</source>
        <translation>wiederhergestellt, was offen war</translation>
    </message>
    <message>
        <source>opened session %1</source>
        <translation>Sitzung %1 geöffnet</translation>
    </message>
    <message>
        <source>1 job done</source>
        <translation>1 Auftrag fertig</translation>
    </message>
    <message>
        <source>%1 jobs done</source>
        <translation>%1 Aufträge fertig</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>%1 gescheitert</translation>
    </message>
    <message>
        <source>%1 cancelled</source>
        <translation>%1 abgebrochen</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
    <message>
        <source>Quantoscope</source>
        <translation>Quantoscope</translation>
    </message>
    <message>
        <source>Saved layouts</source>
        <translation>Gespeicherte Anordnungen</translation>
    </message>
    <message>
        <source>Save this layout</source>
        <translation>Diese Anordnung speichern</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Layout “%1” is saved</source>
        <translation>Anordnung „%1“ ist gespeichert</translation>
    </message>
    <message>
        <source>Restore what was open at %1: 1 result</source>
        <translation>Wiederherstellen, was um %1 offen war: 1 Ergebnis</translation>
    </message>
    <message>
        <source>Restore what was open at %1: %2 results</source>
        <translation>Wiederherstellen, was um %1 offen war: %2 Ergebnisse</translation>
    </message>
    <message>
        <source>, 1 tensor to go</source>
        <translation>, noch 1 Tensor</translation>
    </message>
    <message>
        <source>, %1 tensors to go</source>
        <translation>, noch %1 Tensoren</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>1 recipe added</source>
        <translation>1 Rezept hinzugefügt</translation>
    </message>
    <message>
        <source>%1 recipes added</source>
        <translation>%1 Rezepte hinzugefügt</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gespeichert</translation>
    </message>
    <message>
        <source>Open calibration</source>
        <translation>Kalibrierung öffnen</translation>
    </message>
    <message>
        <source>Calibration files (*.safetensors *.dat *.gguf *.npz)</source>
        <translation>Kalibrierungsdateien (*.safetensors *.dat *.gguf *.npz)</translation>
    </message>
    <message>
        <source>%1: inputs of %2 layers, for all runs from now on</source>
        <translation>%1: Eingaben von %2 Schichten, für alle Läufe von nun an</translation>
    </message>
    <message>
        <source>There is no device “%1” here; jobs compute on the CPU</source>
        <translation>Es gibt hier kein Gerät „%1“; Aufträge rechnen auf der CPU</translation>
    </message>
    <message>
        <source>Numbers on show</source>
        <translation>Gezeigte Zahlen</translation>
    </message>
</context>
<context>
    <name>qs::gui::HeatCompare</name>
    <message>
        <source>values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>the weights as the checkpoint holds them</source>
        <translation>die Gewichte, wie der Checkpoint sie enthält</translation>
    </message>
    <message>
        <source>decoded</source>
        <translation>dekodiert</translation>
    </message>
    <message>
        <source>what the artefact decodes to</source>
        <translation>wozu das Artefakt dekodiert</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>decoded − original</source>
        <translation>dekodiert − Original</translation>
    </message>
    <message>
        <source>|error|</source>
        <translation>|Fehler|</translation>
    </message>
    <message>
        <source>|decoded − original|</source>
        <translation>|dekodiert − Original|</translation>
    </message>
    <message>
        <source>relative</source>
        <translation>relativ</translation>
    </message>
    <message>
        <source>(decoded − original) / |original|</source>
        <translation>(dekodiert − Original) / |Original|</translation>
    </message>
    <message>
        <source>squared</source>
        <translation>quadriert</translation>
    </message>
    <message>
        <source>(decoded − original)²</source>
        <translation>(dekodiert − Original)²</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>angeheftet</translation>
    </message>
    <message>
        <source>original · %1</source>
        <translation>Original · %1</translation>
    </message>
    <message>
        <source>rel. MSE %1</source>
        <translation>rel. MSE %1</translation>
    </message>
    <message>
        <source>w</source>
        <translation>w</translation>
    </message>
    <message>
        <source>ŵ</source>
        <translation>ŵ</translation>
    </message>
    <message>
        <source>ŵ − w</source>
        <translation>ŵ − w</translation>
    </message>
    <message>
        <source>|ŵ − w|</source>
        <translation>|ŵ − w|</translation>
    </message>
    <message>
        <source>(ŵ − w)/|w|</source>
        <translation>(ŵ − w)/|w|</translation>
    </message>
    <message>
        <source>(ŵ − w)²</source>
        <translation>(ŵ − w)²</translation>
    </message>
    <message>
        <source>|eA| − |eB|</source>
        <translation>|eA| − |eB|</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>Liest …</translation>
    </message>
    <message>
        <source>A %1 against B %2</source>
        <translation>A %1 gegen B %2</translation>
    </message>
    <message>
        <source>blue: A is better</source>
        <translation>blau: A ist besser</translation>
    </message>
    <message>
        <source>rms of %1 per input column</source>
        <translation>RMS von %1 je Eingangsspalte</translation>
    </message>
    <message>
        <source>rms per row</source>
        <translation>RMS je Zeile</translation>
    </message>
    <message>
        <source>rows %1–%2 · columns %3–%4</source>
        <translation>Zeilen %1–%2 · Spalten %3–%4</translation>
    </message>
    <message>
        <source>     %1   code %2   %3   decoded %4   error %5</source>
        <translation>     %1   Code %2   %3   dekodiert %4   Fehler %5</translation>
    </message>
    <message>
        <source>     %1   decoded %2   error %3</source>
        <translation>     %1   dekodiert %2   Fehler %3</translation>
    </message>
    <message>
        <source>Part of the tensor</source>
        <translation>Teil des Tensors</translation>
    </message>
    <message>
        <source>Select a head or an expert; Ctrl and drag on the map selects any rows and columns, Esc clears</source>
        <translation>Einen Kopf oder Experten auswählen; Strg und Ziehen auf der Karte wählt beliebige Zeilen und Spalten, Esc hebt auf</translation>
    </message>
    <message>
        <source>selected part</source>
        <translation>gewählter Teil</translation>
    </message>
    <message>
        <source>whole tensor</source>
        <translation>ganzer Tensor</translation>
    </message>
    <message>
        <source>selected: %1</source>
        <translation>gewählt: %1</translation>
    </message>
    <message>
        <source>%1 of %2 weights; Esc clears</source>
        <translation>%1 von %2 Gewichten; Esc hebt auf</translation>
    </message>
    <message>
        <source>Inputs of the layer per column</source>
        <translation>Eingaben der Schicht je Spalte</translation>
    </message>
    <message>
        <source>Figure of the inputs</source>
        <translation>Zahl der Eingaben</translation>
    </message>
    <message>
        <source>of the layer&apos;s inputs x over the calibration text</source>
        <translation>der Eingaben x der Schicht über den Kalibriertext</translation>
    </message>
    <message>
        <source>%1 of the layer&apos;s inputs per column</source>
        <translation>%1 der Eingaben der Schicht je Spalte</translation>
    </message>
</context>
<context>
    <name>qs::gui::HeatMapView</name>
    <message>
        <source>Choose a tensor on the left.</source>
        <translation>Wählen Sie links einen Tensor.</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>%1 of %2, rows %3 to %4, columns %5 to %6, colours from %7 to %8. %9</source>
        <translation>%1 von %2, Zeilen %3 bis %4, Spalten %5 bis %6, Farben von %7 bis %8. %9</translation>
    </message>
    <message>
        <source>input column</source>
        <translation>Eingangsspalte</translation>
    </message>
    <message>
        <source>output row</source>
        <translation>Ausgangszeile</translation>
    </message>
    <message>
        <source>%1: code %2, group %3, %4; ŵ = %5, ŵ − w = %6</source>
        <translation>%1: Code %2, Gruppe %3, %4; ŵ = %5, ŵ − w = %6</translation>
    </message>
</context>
<context>
    <name>qs::gui::Hints</name>
    <message>
        <source>Pick layers in the tree (Ctrl+click, a block, or role:q_proj and Enter in its filter), then press Run.</source>
        <translation>Wählen Sie Schichten im Baum (Strg+Klick, einen Block, oder role:q_proj und Eingabe in seinem Filter), dann Ausführen.</translation>
    </message>
    <message>
        <source>Two results of a tensor are A and B: hold Space on the heat map to blink between them, C draws a curtain.</source>
        <translation>Zwei Ergebnisse eines Tensors sind A und B: Leertaste auf der Heatmap halten wechselt zwischen ihnen, C zieht einen Vorhang.</translation>
    </message>
    <message>
        <source>Ctrl+K finds every action, tensor and recipe by a part of its name; F1 explains the number under the cursor.</source>
        <translation>Strg+K findet jede Aktion, jeden Tensor und jedes Rezept nach einem Teil des Namens; F1 erklärt die Zahl unter dem Zeiger.</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>Verstanden</translation>
    </message>
</context>
<context>
    <name>qs::gui::JobStrip</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>waits for its turn</source>
        <translation>wartet, bis es an der Reihe ist</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>%1 %, %2 to go</source>
        <translation>%1 %, noch %2</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>qs::gui::JobsModel</name>
    <message>
        <source>queued</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>paused, %1 %</source>
        <translation>angehalten, %1 %</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source> M/s</source>
        <translation> M/s</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>%1 % done</source>
        <translation>%1 % erledigt</translation>
    </message>
    <message>
        <source>running time %1</source>
        <translation>Laufzeit %1</translation>
    </message>
    <message>
        <source>peak of resident memory %1</source>
        <translation>Spitze des belegten Speichers %1</translation>
    </message>
</context>
<context>
    <name>qs::gui::JobsPanel</name>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Log of the job</source>
        <translation>Protokoll des Auftrags</translation>
    </message>
    <message>
        <source>Choose a job to read its log</source>
        <translation>Wählen Sie einen Auftrag, um sein Protokoll zu lesen</translation>
    </message>
    <message>
        <source>Why the job failed</source>
        <translation>Warum der Auftrag scheiterte</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>A paused job rests after the rows at hand; the next one starts</source>
        <translation>Ein angehaltener Auftrag ruht nach den begonnenen Zeilen; der nächste beginnt</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>What the chosen job did, with times</source>
        <translation>Was der gewählte Auftrag tat, mit Zeiten</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>Beendete entfernen</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>Protokoll zeigen</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Alle anhalten</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Alle fortsetzen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>Alle abbrechen</translation>
    </message>
</context>
<context>
    <name>qs::gui::KeysDialog</name>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Single letters act while the stage has the focus. Mouse: the wheel zooms at the cursor, drag pans, right drag boxes, Ctrl+drag brushes, double click fits; Shift keeps to one axis.</source>
        <translation>Einzelne Buchstaben wirken, solange die Arbeitsfläche den Fokus hat. Maus: Das Rad zoomt am Zeiger, Ziehen verschiebt, rechtes Ziehen zoomt in ein Rechteck, Strg+Ziehen markiert, Doppelklick passt ein; Umschalt bleibt auf einer Achse.</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Aktionen und ihre Tasten</translation>
    </message>
    <message>
        <source>action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Keys of %1</source>
        <translation>Tasten von %1</translation>
    </message>
    <message>
        <source>%1 already belongs to “%2”</source>
        <translation>%1 gehört schon zu „%2“</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Default keys of %1</source>
        <translation>Vorgegebene Tasten von %1</translation>
    </message>
</context>
<context>
    <name>qs::gui::LaboratoryPage</name>
    <message>
        <source>start from</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>exact k-means</source>
        <translation>exakter k-Means</translation>
    </message>
    <message>
        <source>uniform, min to max</source>
        <translation>uniform, Min–Max</translation>
    </message>
    <message>
        <source>levels of result A</source>
        <translation>Stufen von A</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 Bit</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bits</translation>
    </message>
    <message>
        <source>Add level</source>
        <translation>Stufe hinzu</translation>
    </message>
    <message>
        <source>splits the level with the largest share of the error (Insert; Ctrl+click adds at the cursor)</source>
        <translation>teilt die Stufe mit dem größten Anteil am Fehler (Einfg; Strg+Klick fügt am Zeiger ein)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>removes the chosen level (Delete)</source>
        <translation>löscht die gewählte Stufe (Entf)</translation>
    </message>
    <message>
        <source>Improve</source>
        <translation>Verbessern</translation>
    </message>
    <message>
        <source>one step of Lloyd&apos;s algorithm: each level moves to the mean of its weights</source>
        <translation>ein Schritt des Algorithmus von Lloyd: Jede Stufe rückt zum Mittel ihrer Gewichte</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>takes the last change back</source>
        <translation>nimmt die letzte Änderung zurück</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>makes it again</source>
        <translation>macht sie noch einmal</translation>
    </message>
    <message>
        <source>Keep as recipe</source>
        <translation>Als Rezept</translation>
    </message>
    <message>
        <source>adds kmeans:levels=… to the recipes; Run then quantizes with it</source>
        <translation>fügt kmeans:levels=… den Rezepten hinzu; Ausführen quantisiert dann damit</translation>
    </message>
    <message>
        <source>chosen level</source>
        <translation>gewählte Stufe</translation>
    </message>
    <message>
        <source>value of the chosen level</source>
        <translation>Wert der gewählten Stufe</translation>
    </message>
    <message>
        <source>There is no result A of this tensor yet.</source>
        <translation>Von diesem Tensor gibt es noch kein Ergebnis A.</translation>
    </message>
    <message>
        <source>Kept as a recipe: %1 levels. Run quantizes with it.</source>
        <translation>Als Rezept behalten: %1 Stufen. Ausführen quantisiert damit.</translation>
    </message>
    <message>
        <source>%1 of the weights, %2 of the error</source>
        <translation>%1 der Gewichte, %2 des Fehlers</translation>
    </message>
    <message>
        <source>drag a level, or choose one with Left and Right and move it with Shift</source>
        <translation>ziehen Sie eine Stufe, oder wählen Sie eine mit Links und Rechts und bewegen sie mit Umschalt</translation>
    </message>
    <message>
        <source>reading the tensor…</source>
        <translation>liest den Tensor…</translation>
    </message>
    <message>
        <source>Choose a tensor</source>
        <translation>Wählen Sie einen Tensor</translation>
    </message>
    <message>
        <source>%1 levels · %2 · rel. MSE %3 · SQNR %4 · %5 dead</source>
        <translation>%1 Stufen · %2 · rel. MSE %3 · SQNR %4 · %5 ungenutzt</translation>
    </message>
    <message>
        <source>every weight of the tensor at its nearest level</source>
        <translation>jedes Gewicht des Tensors auf seiner nächsten Stufe</translation>
    </message>
    <message>
        <source>the chosen level</source>
        <translation>die gewählte Stufe</translation>
    </message>
</context>
<context>
    <name>qs::gui::LayerRecipeModel</name>
    <message>
        <source>no result</source>
        <translation>kein Ergebnis</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>Click: A · Shift or Ctrl and click: B · right click: menu</source>
        <translation>Klick: A · Umschalt oder Strg und Klick: B · Rechtsklick: Menü</translation>
    </message>
    <message>
        <source>pinned for the budget</source>
        <translation>für das Budget angeheftet</translation>
    </message>
    <message>
        <source>part of the mixture</source>
        <translation>Teil der Mischung</translation>
    </message>
    <message>
        <source>rel. output error %1</source>
        <translation>rel. Ausgabefehler %1</translation>
    </message>
    <message>
        <source>output error: open a calibration file of this model</source>
        <translation>Ausgabefehler: eine Kalibrierdatei dieses Modells öffnen</translation>
    </message>
</context>
<context>
    <name>qs::gui::LayerTable</name>
    <message>
        <source>figure</source>
        <translation>Kennzahl</translation>
    </message>
    <message>
        <source>rel. MSE ↓</source>
        <translation>rel. MSE ↓</translation>
    </message>
    <message>
        <source>relative mean squared error, lower is better</source>
        <translation>relativer mittlerer quadratischer Fehler, niedriger ist besser</translation>
    </message>
    <message>
        <source>SQNR ↑</source>
        <translation>SQNR ↑</translation>
    </message>
    <message>
        <source>signal to quantization noise in decibels, higher is better</source>
        <translation>Verhältnis von Signal zu Quantisierungsrauschen in Dezibel, höher ist besser</translation>
    </message>
    <message>
        <source>bpw</source>
        <translation>bpw</translation>
    </message>
    <message>
        <source>stored bits per weight</source>
        <translation>gespeicherte Bits je Gewicht</translation>
    </message>
    <message>
        <source>Layers and recipes</source>
        <translation>Schichten und Rezepte</translation>
    </message>
    <message>
        <source>Open the tensor</source>
        <translation>Tensor öffnen</translation>
    </message>
    <message>
        <source>Result as A</source>
        <translation>Ergebnis als A</translation>
    </message>
    <message>
        <source>Result as B</source>
        <translation>Ergebnis als B</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>output error ↓</source>
        <translation>Ausgabefehler ↓</translation>
    </message>
    <message>
        <source>relative error of the layer&apos;s output on the calibration text, lower is better</source>
        <translation>relativer Fehler der Ausgabe der Schicht auf dem Kalibriertext, kleiner ist besser</translation>
    </message>
    <message>
        <source>Part of the mixture</source>
        <translation>Teil der Mischung</translation>
    </message>
    <message>
        <source>Pinned for the budget</source>
        <translation>Für das Budget angeheftet</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
</context>
<context>
    <name>qs::gui::LevelEditor</name>
    <message>
        <source>Codebook laboratory</source>
        <translation>Codebuch-Labor</translation>
    </message>
    <message>
        <source>no tensor</source>
        <translation>kein Tensor</translation>
    </message>
    <message>
        <source>%1 weights, no level</source>
        <translation>%1 Gewichte, keine Stufe</translation>
    </message>
    <message>
        <source>%1 levels from %2 to %3, relative MSE %4, %5 dead</source>
        <translation>%1 Stufen von %2 bis %3, relativer MSE %4, %5 ungenutzt</translation>
    </message>
    <message>
        <source>Choose a tensor</source>
        <translation>Wählen Sie einen Tensor</translation>
    </message>
    <message>
        <source>weights per pixel (log)</source>
        <translation>Gewichte je Bildpunkt (log)</translation>
    </message>
    <message>
        <source>weight (bars below: share of the weights that take the level)</source>
        <translation>Gewicht (Balken unten: Anteil der Gewichte, die die Stufe nehmen)</translation>
    </message>
    <message>
        <source>%1 weights</source>
        <translation>%1 Gewichte</translation>
    </message>
    <message>
        <source>per pixel, on a logarithmic scale</source>
        <translation>je Pixel, auf logarithmischer Skala</translation>
    </message>
    <message>
        <source>level %1 of %2: %3</source>
        <translation>Stufe %1 von %2: %3</translation>
    </message>
</context>
<context>
    <name>qs::gui::LivePlot</name>
    <message>
        <source>There is no plot named %1.</source>
        <translation>Es gibt kein Diagramm namens %1.</translation>
    </message>
    <message>
        <source>Open a checkpoint.</source>
        <translation>Öffnen Sie einen Checkpoint.</translation>
    </message>
    <message>
        <source>Choose a tensor on the left.</source>
        <translation>Wählen Sie links einen Tensor.</translation>
    </message>
    <message>
        <source>No result yet. Choose a recipe on the right and press R to run it on this tensor.</source>
        <translation>Noch kein Ergebnis. Wählen Sie rechts ein Rezept und drücken Sie R, um es auf diesem Tensor auszuführen.</translation>
    </message>
    <message>
        <source>Only the selected part: %1</source>
        <translation>Nur der gewählte Teil: %1</translation>
    </message>
</context>
<context>
    <name>qs::gui::LogModel</name>
    <message>
        <source>note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>failure</source>
        <translation>Fehlschlag</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>what</source>
        <translation>Ereignis</translation>
    </message>
</context>
<context>
    <name>qs::gui::LogPanel</name>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>qs::gui::MainWindow</name>
    <message>
        <source>Quantoscope</source>
        <translation>Quantoscope</translation>
    </message>
    <message>
        <source>Close Quantoscope?</source>
        <translation>Quantoscope schließen?</translation>
    </message>
    <message>
        <source>One job still runs. Close and cancel it?</source>
        <translation>Ein Auftrag läuft noch. Schließen und ihn abbrechen?</translation>
    </message>
    <message>
        <source>%1 jobs still run. Close and cancel them?</source>
        <translation>%1 Aufträge laufen noch. Schließen und sie abbrechen?</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>Checkpoints</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open checkpoints</source>
        <translation>Checkpoints öffnen</translation>
    </message>
    <message>
        <source>Run ▸</source>
        <translation>Ausführen ▸</translation>
    </message>
    <message>
        <source>Run the recipes on the selected tensors</source>
        <translation>Rezepte auf den gewählten Tensoren ausführen</translation>
    </message>
    <message>
        <source>A | B</source>
        <translation>A | B</translation>
    </message>
    <message>
        <source>Swap A and B</source>
        <translation>A und B tauschen</translation>
    </message>
    <message>
        <source>Export ▸</source>
        <translation>Export ▸</translation>
    </message>
    <message>
        <source>Export results and layers</source>
        <translation>Ergebnisse und Schichten exportieren</translation>
    </message>
    <message>
        <source>Find action or tensor…   %1</source>
        <translation>Aktion oder Tensor suchen…   %1</translation>
    </message>
    <message>
        <source>Find an action, tensor or recipe</source>
        <translation>Aktion, Tensor oder Rezept suchen</translation>
    </message>
    <message>
        <source>Compare with a model folder</source>
        <translation>Mit einem Modellordner vergleichen</translation>
    </message>
    <message>
        <source>Comparing %1 tensors with %2</source>
        <translation>Vergleicht %1 Tensoren mit %2</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gespeichert</translation>
    </message>
    <message>
        <source>Picture copied</source>
        <translation>Bild kopiert</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>Choose tensors in the tree first</source>
        <translation>Wählen Sie zuerst Tensoren im Baum</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>Sitzung speichern</translation>
    </message>
    <message>
        <source>Sessions (*.qscope)</source>
        <translation>Sitzungen (*.qscope)</translation>
    </message>
    <message>
        <source>The sample model is not installed</source>
        <translation>Das Beispielmodell ist nicht installiert</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>This page shows no plot</source>
        <translation>Diese Seite zeigt kein Diagramm</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg *.pdf)</source>
        <translation>Bilder (*.png *.svg *.pdf)</translation>
    </message>
    <message>
        <source>Can&apos;t write %1</source>
        <translation>%1 lässt sich nicht schreiben</translation>
    </message>
    <message>
        <source>Folder for all plots</source>
        <translation>Ordner für alle Diagramme</translation>
    </message>
    <message>
        <source>Saved %1 plots with their numbers</source>
        <translation>%1 Diagramme mit ihren Zahlen gespeichert</translation>
    </message>
    <message>
        <source>Save numbers</source>
        <translation>Zahlen speichern</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Save the results table</source>
        <translation>Ergebnistabelle speichern</translation>
    </message>
    <message>
        <source>page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>1 result is stale: its weights have changed</source>
        <translation>1 Ergebnis ist veraltet: Seine Gewichte haben sich geändert</translation>
    </message>
    <message>
        <source>%1 results are stale: their weights have changed</source>
        <translation>%1 Ergebnisse sind veraltet: Ihre Gewichte haben sich geändert</translation>
    </message>
</context>
<context>
    <name>qs::gui::PlotCompare</name>
    <message>
        <source>rel. MSE %1</source>
        <translation>rel. MSE %1</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>angeheftet</translation>
    </message>
    <message>
        <source>further</source>
        <translation>weiteres</translation>
    </message>
</context>
<context>
    <name>qs::gui::PlotView</name>
    <message>
        <source>Plot</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>Choose a tensor on the left.</source>
        <translation>Wählen Sie links einen Tensor.</translation>
    </message>
    <message>
        <source>share of use</source>
        <translation>Nutzung</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>kein Wert</translation>
    </message>
    <message>
        <source>outside the selection</source>
        <translation>außerhalb der Auswahl</translation>
    </message>
    <message>
        <source>of the most used level: %1 %</source>
        <translation>der meistbenutzten Stufe: %1 %</translation>
    </message>
</context>
<context>
    <name>qs::gui::ProfileStrip</name>
    <message>
        <source>Profile per input column</source>
        <translation>Profil je Eingangsspalte</translation>
    </message>
    <message>
        <source>Profile per output row</source>
        <translation>Profil je Ausgangszeile</translation>
    </message>
</context>
<context>
    <name>qs::gui::RecentFiles</name>
    <message>
        <source>when it was opened last</source>
        <translation>als sie zuletzt geöffnet wurde</translation>
    </message>
</context>
<context>
    <name>qs::gui::RecipeBar</name>
    <message>
        <source>Recipes</source>
        <translation>Rezepte</translation>
    </message>
    <message>
        <source>Add the recipe of the recipe panel</source>
        <translation>Rezept der Rezeptleiste hinzufügen</translation>
    </message>
    <message>
        <source>Add recipe</source>
        <translation>Rezept hinzufügen</translation>
    </message>
    <message>
        <source>Edit in the recipe panel</source>
        <translation>In der Rezeptleiste bearbeiten</translation>
    </message>
    <message>
        <source>Run this recipe</source>
        <translation>Dieses Rezept ausführen</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>qs::gui::RecipeChipButton</name>
    <message>
        <source>Recipe %1</source>
        <translation>Rezept %1</translation>
    </message>
    <message>
        <source>Click: Run uses it or leaves it out. Right click: edit, run, remove.</source>
        <translation>Klick: Ausführen benutzt es oder lässt es aus. Rechtsklick: ändern, ausführen, entfernen.</translation>
    </message>
</context>
<context>
    <name>qs::gui::RecipePanel</name>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>custom</source>
        <translation>eigenes</translation>
    </message>
    <message>
        <source>preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>transform</source>
        <translation>Transformation</translation>
    </message>
    <message>
        <source>grid</source>
        <translation>Gitter</translation>
    </message>
    <message>
        <source>assignment</source>
        <translation>Zuordnung</translation>
    </message>
    <message>
        <source>residual</source>
        <translation>Residuum</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>What stands in the way of this recipe</source>
        <translation>Was diesem Rezept im Weg steht</translation>
    </message>
    <message>
        <source>Add recipe</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Keep this recipe in the tool bar</source>
        <translation>Dieses Rezept in der Werkzeugleiste behalten</translation>
    </message>
    <message>
        <source>Run ▸</source>
        <translation>Ausführen ▸</translation>
    </message>
    <message>
        <source>Run this recipe on the selected tensors</source>
        <translation>Dieses Rezept auf den gewählten Tensoren ausführen</translation>
    </message>
    <message>
        <source>Update chip</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Change “%1” to the recipe on show; results of the old one are kept and marked stale</source>
        <translation>„%1“ in das gezeigte Rezept ändern; Ergebnisse des alten bleiben und gelten als veraltet</translation>
    </message>
    <message>
        <source>%1 (for %2×%2)</source>
        <translation>%1 (für %2×%2)</translation>
    </message>
    <message>
        <source>%1 peak · CPU, %2</source>
        <translation>%1 Spitze · CPU, %2</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 Thread</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 Threads</translation>
    </message>
    <message>
        <source>&lt; 0.01 s</source>
        <translation>&lt; 0.01 s</translation>
    </message>
    <message>
        <source> · %1 peak · CPU, %2</source>
        <translation> · %1 Spitze · CPU, %2</translation>
    </message>
    <message>
        <source>rel. MSE %1</source>
        <translation>rel. MSE %1</translation>
    </message>
    <message>
        <source>rel. MSE ≈ %1 on %2 of %3 rows</source>
        <translation>rel. MSE ≈ %1 auf %2 von %3 Zeilen</translation>
    </message>
    <message>
        <source>for a %1×%2 matrix</source>
        <translation>für eine Matrix %1×%2</translation>
    </message>
    <message>
        <source>over all %1 rows of the selected tensor</source>
        <translation>über alle %1 Zeilen des gewählten Tensors</translation>
    </message>
    <message>
        <source>the first %1 of %2 rows; the whole tensor is measured when the parameters rest</source>
        <translation>die ersten %1 von %2 Zeilen; der ganze Tensor wird gemessen, wenn die Parameter ruhen</translation>
    </message>
</context>
<context>
    <name>qs::gui::ResultsModel</name>
    <message>
        <source>stale · %1</source>
        <translation>veraltet · %1</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>cached</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>bpw</source>
        <translation>bpw</translation>
    </message>
    <message>
        <source>rel. MSE ↓</source>
        <translation>rel. MSE ↓</translation>
    </message>
    <message>
        <source>relative mean squared error, lower is better</source>
        <translation>relativer mittlerer quadratischer Fehler, niedriger ist besser</translation>
    </message>
    <message>
        <source>SQNR dB ↑</source>
        <translation>SQNR dB ↑</translation>
    </message>
    <message>
        <source>signal to quantization noise in decibels, higher is better</source>
        <translation>Verhältnis von Signal zu Quantisierungsrauschen in Dezibel, höher ist besser</translation>
    </message>
    <message>
        <source>max |e|</source>
        <translation>max |e|</translation>
    </message>
    <message>
        <source>cosine ↑</source>
        <translation>Kosinus ↑</translation>
    </message>
    <message>
        <source>cosine, higher is better</source>
        <translation>Kosinus, höher ist besser</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>output ↓</source>
        <translation>Ausgabe ↓</translation>
    </message>
    <message>
        <source>relative squared error of the layer&apos;s output, lower is better</source>
        <translation>relativer quadratischer Fehler der Ausgabe der Schicht, kleiner ist besser</translation>
    </message>
    <message>
        <source>pinned: stands first when the table is sorted, and is not removed</source>
        <translation>angeheftet: steht beim Sortieren vorn und wird nicht entfernt</translation>
    </message>
    <message>
        <source>none: %1 (%2) of another checkpoint, compared with the original&apos;s weights</source>
        <translation>keines: %1 (%2) eines anderen Checkpoints, mit den Gewichten des Originals verglichen</translation>
    </message>
    <message>
        <source>stale: the weights in the file have changed since; Run makes it anew</source>
        <translation>veraltet: die Gewichte in der Datei haben sich seitdem geändert; Ausführen macht es neu</translation>
    </message>
    <message>
        <source>stale: the chip that this was made with has another recipe now; Run makes it anew</source>
        <translation>veraltet: das Feld, mit dem es entstand, hat jetzt ein anderes Rezept; Ausführen macht es neu</translation>
    </message>
</context>
<context>
    <name>qs::gui::ResultsPanel</name>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>filter results</source>
        <translation>Ergebnisse filtern</translation>
    </message>
    <message>
        <source>Filter of the results</source>
        <translation>Filter der Ergebnisse</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Show as A</source>
        <translation>Als A zeigen</translation>
    </message>
    <message>
        <source>Show as B</source>
        <translation>Als B zeigen</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
    <message>
        <source>Copy as command line</source>
        <translation>Als Befehlszeile kopieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Save the table as CSV…</source>
        <translation>Tabelle als CSV speichern…</translation>
    </message>
</context>
<context>
    <name>qs::gui::SessionDiffModel</name>
    <message>
        <source>worse</source>
        <translation>schlechter</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>better</source>
        <translation>besser</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>Press Return: the window goes to this tensor and result</source>
        <translation>Eingabe: Das Fenster geht zu diesem Tensor und Ergebnis</translation>
    </message>
    <message>
        <source>change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>rel. MSE before</source>
        <translation>rel. MSE vorher</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
    <message>
        <source>by</source>
        <translation>um</translation>
    </message>
    <message>
        <source>bpw before</source>
        <translation>bpw vorher</translation>
    </message>
    <message>
        <source>%1 of %2, recipe %3</source>
        <translation>%1 aus %2, Rezept %3</translation>
    </message>
    <message>
        <source>%1 bits for %2 weights</source>
        <translation>%1 Bits für %2 Gewichte</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>Startwert %1</translation>
    </message>
    <message>
        <source>changes below %1 % count as arithmetic</source>
        <translation>Änderungen unter %1 % zählen als Rechengenauigkeit</translation>
    </message>
</context>
<context>
    <name>qs::gui::SessionDiffWindow</name>
    <message>
        <source>Compare sessions</source>
        <translation>Sitzungen vergleichen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation>Wählen: %1</translation>
    </message>
    <message>
        <source>Earlier session</source>
        <translation>Frühere Sitzung</translation>
    </message>
    <message>
        <source>a .qscope file</source>
        <translation>eine .qscope-Datei</translation>
    </message>
    <message>
        <source>Later session</source>
        <translation>Spätere Sitzung</translation>
    </message>
    <message>
        <source>the results of this window, or a .qscope file</source>
        <translation>die Ergebnisse dieses Fensters oder eine .qscope-Datei</translation>
    </message>
    <message>
        <source>Choose the earlier session.</source>
        <translation>Wählen Sie die frühere Sitzung.</translation>
    </message>
    <message>
        <source>Changed cells</source>
        <translation>Geänderte Felder</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>Als CSV speichern…</translation>
    </message>
    <message>
        <source>Save the differences</source>
        <translation>Unterschiede speichern</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Can&apos;t write %1: %2</source>
        <translation>%1 lässt sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>Sessions (*.qscope)</source>
        <translation>Sitzungen (*.qscope)</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>Liest …</translation>
    </message>
    <message numerus="yes">
        <source>No cell changed: %n cell(s) are the same.</source>
        <translation>
            <numerusform>Kein Feld änderte sich: %n Feld ist gleich.</numerusform>
            <numerusform>Kein Feld änderte sich: %n Felder sind gleich.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 worse, %2 gone, %3 better, %4 new, %5 the same.</source>
        <translation>%1 schlechter, %2 fehlen, %3 besser, %4 neu, %5 gleich.</translation>
    </message>
    <message>
        <source>%1 is not open in this window.</source>
        <translation>%1 ist in diesem Fenster nicht geöffnet.</translation>
    </message>
</context>
<context>
    <name>qs::gui::SessionStore</name>
    <message>
        <source>save %1</source>
        <translation>%1 speichern</translation>
    </message>
    <message>
        <source>%1 has changed since the session was saved</source>
        <translation>%1 hat sich geändert, seit die Sitzung gespeichert wurde</translation>
    </message>
    <message>
        <source>The calibration file %1 is gone</source>
        <translation>Die Kalibrierdatei %1 ist weg</translation>
    </message>
</context>
<context>
    <name>qs::gui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Result cache</source>
        <translation>Ergebnis-Cache</translation>
    </message>
    <message>
        <source>Show the first-run hints again</source>
        <translation>Hinweise des ersten Starts wieder zeigen</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>alle Kerne</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Threads of jobs; results do not depend on it. Holds for what starts afterwards.</source>
        <translation>Threads der Aufträge; Ergebnisse hängen nicht davon ab. Gilt für alles, was danach beginnt.</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>Speichergrenze</translation>
    </message>
    <message>
        <source>A job whose stated peak is above this is refused and says so.</source>
        <translation>Ein Auftrag, dessen angegebene Spitze darüber liegt, wird abgelehnt und sagt es.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>as the system</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>G on the stage switches as well.</source>
        <translation>G auf der Arbeitsfläche schaltet ebenfalls um.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Holds from the next start.</source>
        <translation>Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Size of everything, beside the scale of the system. Holds from the next start.</source>
        <translation>Größe von allem, zusätzlich zur Skalierung des Systems. Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Language and scale hold from the next start.</source>
        <translation>Sprache und Größe gelten ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Keep results, so that nothing is computed twice</source>
        <translation>Ergebnisse aufbewahren, damit nichts zweimal berechnet wird</translation>
    </message>
    <message>
        <source>By the content of the tensor, the recipe and the version; the command line uses the same results</source>
        <translation>Nach Inhalt des Tensors, Rezept und Version; die Befehlszeile benutzt dieselben Ergebnisse</translation>
    </message>
    <message>
        <source>Folder of the cache</source>
        <translation>Ordner des Caches</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose the folder of the cache</source>
        <translation>Ordner des Caches wählen</translation>
    </message>
    <message>
        <source>Folder of the result cache</source>
        <translation>Ordner des Ergebnis-Caches</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>A folder of its own; only results in it are ever deleted</source>
        <translation>Ein eigener Ordner; gelöscht werden immer nur Ergebnisse darin</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Umfang</translation>
    </message>
    <message>
        <source>What was not used for longest goes when this is passed</source>
        <translation>Was am längsten nicht benutzt wurde, geht, wenn dies überschritten ist</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Delete all kept results</source>
        <translation>Alle aufbewahrten Ergebnisse löschen</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>Belegt</translation>
    </message>
    <message>
        <source>What is kept in this folder now</source>
        <translation>Was jetzt in diesem Ordner aufbewahrt ist</translation>
    </message>
    <message>
        <source>%1 in %2 results</source>
        <translation>%1 in %2 Ergebnissen</translation>
    </message>
    <message>
        <source>● Language and scale change when Quantoscope is started again.</source>
        <translation>● Sprache und Größe ändern sich, wenn Quantoscope neu gestartet wird.</translation>
    </message>
    <message>
        <source>Where jobs compute. Holds for what starts afterwards; each result says where it was computed.</source>
        <translation>Wo Aufträge rechnen. Gilt für alles, was danach beginnt; jedes Ergebnis sagt, wo es berechnet wurde.</translation>
    </message>
</context>
<context>
    <name>qs::gui::Stage</name>
    <message>
        <source>Stage</source>
        <translation>Arbeitsfläche</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>qs::gui::StartPage</name>
    <message>
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>Quantoscope</source>
        <translation>Quantoscope</translation>
    </message>
    <message>
        <source>Open a checkpoint, choose layers and recipes, see what quantization does to the weights.</source>
        <translation>Öffnen Sie einen Checkpoint, wählen Sie Schichten und Rezepte, und sehen Sie, was Quantisierung mit den Gewichten macht.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open the sample model</source>
        <translation>Beispielmodell öffnen</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>Zuletzt geöffnete Dateien</translation>
    </message>
    <message>
        <source>… or drop files, folders or a .qscope session anywhere on this window.
safetensors, GGUF, PyTorch, NumPy, model folders</source>
        <translation>… oder Dateien, Ordner oder eine .qscope-Sitzung in dieses Fenster ziehen.
safetensors, GGUF, PyTorch, NumPy, Modellordner</translation>
    </message>
</context>
<context>
    <name>qs::gui::StatusLine</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Value under the cursor</source>
        <translation>Wert unter dem Zeiger</translation>
    </message>
    <message>
        <source>Progress of all jobs</source>
        <translation>Fortschritt aller Aufträge</translation>
    </message>
    <message>
        <source>CPU 1 thread</source>
        <translation>CPU 1 Thread</translation>
    </message>
    <message>
        <source>CPU %1 threads</source>
        <translation>CPU %1 Threads</translation>
    </message>
    <message>
        <source>1 job</source>
        <translation>1 Auftrag</translation>
    </message>
    <message>
        <source>%1 jobs</source>
        <translation>%1 Aufträge</translation>
    </message>
    <message>
        <source>, %1 paused</source>
        <translation>, %1 angehalten</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>all jobs of this batch</source>
        <translation>alle Aufträge dieses Laufs</translation>
    </message>
    <message>
        <source>the element under the cursor</source>
        <translation>das Element unter dem Zeiger</translation>
    </message>
</context>
<context>
    <name>qs::gui::TensorPanel</name>
    <message>
        <source>Selected tensor</source>
        <translation>Gewählter Tensor</translation>
    </message>
    <message>
        <source>shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>σ</source>
        <translation>σ</translation>
    </message>
    <message>
        <source>kurtosis</source>
        <translation>Exzess</translation>
    </message>
    <message>
        <source>max |w|</source>
        <translation>max |w|</translation>
    </message>
    <message>
        <source>outliers &gt; 6σ</source>
        <translation>Ausreißer &gt; 6σ</translation>
    </message>
    <message>
        <source>Histogram of the selected tensor</source>
        <translation>Histogramm des gewählten Tensors</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Tags of the tensor</source>
        <translation>Schlagwörter des Tensors</translation>
    </message>
    <message>
        <source>Words parted by spaces; tag:WORD in the filter of the tree finds them</source>
        <translation>Wörter, durch Leerzeichen getrennt; tag:WORT im Filter des Baums findet sie</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note on the tensor</source>
        <translation>Notiz zum Tensor</translation>
    </message>
    <message>
        <source>Saved with the session</source>
        <translation>Wird mit der Sitzung gespeichert</translation>
    </message>
    <message>
        <source>No tensor chosen</source>
        <translation>Kein Tensor gewählt</translation>
    </message>
    <message>
        <source>mean %1, standard deviation %2, from %3 to %4</source>
        <translation>Mittel %1, Standardabweichung %2, von %3 bis %4</translation>
    </message>
    <message>
        <source>%1 NaN, %2 infinite</source>
        <translation>%1 NaN, %2 unendlich</translation>
    </message>
    <message>
        <source>rel. MSE of A</source>
        <translation>rel. MSE von A</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>selected</source>
        <translation>gewählt</translation>
    </message>
    <message>
        <source>%1 of the selected part</source>
        <translation>%1 des gewählten Teils</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 elements</source>
        <translation>%1 Elemente</translation>
    </message>
    <message>
        <source>only the selected part: %1</source>
        <translation>nur der gewählte Teil: %1</translation>
    </message>
</context>
<context>
    <name>qs::gui::Workbench</name>
    <message>
        <source>output error of 1 result</source>
        <translation>Ausgabefehler von 1 Ergebnis</translation>
    </message>
    <message>
        <source>output errors of %1 results</source>
        <translation>Ausgabefehler von %1 Ergebnissen</translation>
    </message>
</context>
<context>
    <name>qs::gui::WorstList</name>
    <message>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>places of A</source>
        <translation>Stellen von A</translation>
    </message>
    <message>
        <source>places of B</source>
        <translation>Stellen von B</translation>
    </message>
    <message>
        <source>places</source>
        <translation>Stellen</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>output rows with the largest rms error</source>
        <translation>Ausgangszeilen mit dem größten RMS-Fehler</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>input columns with the largest rms error</source>
        <translation>Eingangsspalten mit dem größten RMS-Fehler</translation>
    </message>
    <message>
        <source>groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>quantization groups with the largest rms error</source>
        <translation>Quantisierungsgruppen mit dem größten RMS-Fehler</translation>
    </message>
    <message>
        <source>Worst places</source>
        <translation>Schlechteste Stellen</translation>
    </message>
    <message>
        <source>No result yet. Choose a recipe on the right and press R.</source>
        <translation>Noch kein Ergebnis. Wählen Sie rechts ein Rezept und drücken Sie R.</translation>
    </message>
    <message>
        <source>This result has no groups.</source>
        <translation>Dieses Ergebnis hat keine Gruppen.</translation>
    </message>
    <message>
        <source>No error anywhere.</source>
        <translation>Nirgends ein Fehler.</translation>
    </message>
</context>
<context>
    <name>qs::gui::WorstModel</name>
    <message>
        <source>row %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>column %1</source>
        <translation>Spalte %1</translation>
    </message>
    <message>
        <source>group %1</source>
        <translation>Gruppe %1</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>rms error ↓</source>
        <translation>RMS-Fehler ↓</translation>
    </message>
    <message>
        <source>max |e|</source>
        <translation>max |e|</translation>
    </message>
    <message>
        <source>rel. MSE</source>
        <translation>rel. MSE</translation>
    </message>
    <message>
        <source>of the error</source>
        <translation>des Fehlers</translation>
    </message>
    <message>
        <source>rows %1–%2, columns %3–%4</source>
        <translation>Zeilen %1–%2, Spalten %3–%4</translation>
    </message>
    <message>
        <source>%1 weights</source>
        <translation>%1 Gewichte</translation>
    </message>
    <message>
        <source>Press Return or click: the heat map goes there</source>
        <translation>Eingabe oder Klick: die Karte geht dorthin</translation>
    </message>
    <message>
        <source>of the output error</source>
        <translation>des Ausgabefehlers</translation>
    </message>
</context>
</TS>
